package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.cell.CellSpec;
import dev.lamina.cell.EuaUsers;
import dev.lamina.cell.Fading;
import dev.lamina.cell.PathLoss;
import dev.lamina.cell.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A wireless cell from a YAML file. Every key may be left out: it is then that of the built-in
/// cell.
///
/// ```yaml
/// radiusMetres: 250
/// leastDistanceMetres: 10
/// carrierHertz: 3.5e9
/// pathLoss: urban-micro          # urban-macro (3GPP TR 38.901), or exponent:LOSS_AT_1_M:EXPONENT
/// shadowingDecibels: 6           # that of the path loss model if left out
/// fading: rayleigh               # rician:K_DECIBELS, none
/// uplinkBandwidthHertz: 20e6
/// downlinkBandwidthHertz: 20e6
/// deviceTransmitWatts: 0.2
/// stationTransmitWatts: 10
/// noiseFigureDecibels: 7
/// snrGapDecibels: 3
/// packetBits: 0
/// packetErrorRate: 0
/// places:                        # users of the EUA data set around one of its stations
///   users: users-melbcbd-generated.csv
///   sites: site-optus-melbCBD.csv
///   site: "10003026"
/// ```
///
/// @param spec geometry and radio
/// @param positions of devices; none to have them placed from the seed
record CellFile(CellSpec spec, List<Position> positions) {
    private record Content(
            @Nullable Double radiusMetres,
            @Nullable Double leastDistanceMetres,
            @Nullable Double carrierHertz,
            @Nullable String pathLoss,
            @Nullable Double shadowingDecibels,
            @Nullable String fading,
            @Nullable Double uplinkBandwidthHertz,
            @Nullable Double downlinkBandwidthHertz,
            @Nullable Double deviceTransmitWatts,
            @Nullable Double stationTransmitWatts,
            @Nullable Double noiseFigureDecibels,
            @Nullable Double snrGapDecibels,
            @Nullable Double packetBits,
            @Nullable Double packetErrorRate,
            @Nullable Places places) {}

    private record Places(@Nullable Path users, @Nullable Path sites, @Nullable String site) {}

    /// The built-in cell.
    static CellFile builtIn() {
        return new CellFile(CellSpec.DEFAULT, List.of());
    }

    /// Reads a file.
    ///
    /// @throws BadInputException with the file, and the line where there is one
    static CellFile read(Path file) {
        BadInputException.check(
                Files.isRegularFile(file),
                "cell '" + file + "' is no file",
                "leave --cell out for the built-in cell");
        @Nullable Content content =
                YamlRecords.read(file, Content.class, "recipes/cell.yaml has all keys");
        return content == null
                ? builtIn()
                : BadInputException.at(file.toString(), () -> of(file, content));
    }

    private static CellFile of(Path file, Content c) {
        CellSpec d = CellSpec.DEFAULT;
        CellSpec spec =
                new CellSpec(
                        or(c.radiusMetres(), d.radiusMetres()),
                        or(c.leastDistanceMetres(), d.leastDistanceMetres()),
                        or(c.carrierHertz(), d.carrierHertz()),
                        c.pathLoss() == null ? d.pathLoss() : pathLoss(c.pathLoss()),
                        c.shadowingDecibels() == null
                                ? d.shadowingDecibels()
                                : c.shadowingDecibels(),
                        c.fading() == null ? d.fading() : fading(c.fading()),
                        or(c.uplinkBandwidthHertz(), d.uplinkBandwidthHertz()),
                        or(c.downlinkBandwidthHertz(), d.downlinkBandwidthHertz()),
                        or(c.deviceTransmitWatts(), d.deviceTransmitWatts()),
                        or(c.stationTransmitWatts(), d.stationTransmitWatts()),
                        or(c.noiseFigureDecibels(), d.noiseFigureDecibels()),
                        or(c.snrGapDecibels(), d.snrGapDecibels()),
                        or(c.packetBits(), d.packetBits()),
                        or(c.packetErrorRate(), d.packetErrorRate()));
        @Nullable Places places = c.places();
        return new CellFile(
                spec, places == null ? List.of() : positions(file, places, spec.radiusMetres()));
    }

    private static double or(@Nullable Double given, double otherwise) {
        return given == null ? otherwise : given;
    }

    private static PathLoss pathLoss(String text) {
        String[] parts = text.split(":", -1);
        if (text.equals("urban-micro")) {
            return new PathLoss.UrbanMicro();
        }
        if (text.equals("urban-macro")) {
            return new PathLoss.UrbanMacro();
        }
        BadInputException.check(
                parts.length == 3 && parts[0].equals("exponent"),
                "pathLoss '" + text + "' is not known",
                "take urban-micro, urban-macro, or for example exponent:30:3.5");
        return new PathLoss.Exponent(
                number("pathLoss", parts[1], text), number("pathLoss", parts[2], text));
    }

    private static Fading fading(String text) {
        if (text.equals("rayleigh")) {
            return new Fading.Rayleigh();
        }
        if (text.equals("none")) {
            return new Fading.None();
        }
        BadInputException.check(
                text.startsWith("rician:"),
                "fading '" + text + "' is not known",
                "take rayleigh, none, or for example rician:6");
        return new Fading.Rician(number("fading", text.substring("rician:".length()), text));
    }

    private static double number(String key, String part, String text) {
        try {
            return Double.parseDouble(part);
        } catch (NumberFormatException e) {
            throw new BadInputException(
                    key + " '" + text + "': '" + part + "' is no number", "mend the line");
        }
    }

    private static List<Position> positions(Path file, Places places, double radiusMetres) {
        Path users = places.users();
        Path sites = places.sites();
        String site = places.site();
        if (users == null || sites == null || site == null) {
            throw new BadInputException(
                    "places lacks users, sites or site",
                    "give two files of the EUA data set and a SITE_ID");
        }
        return EuaUsers.within(
                lines(file, users), EuaUsers.site(lines(file, sites), site), radiusMetres);
    }

    /// Paths are relative to the cell's file.
    private static List<String> lines(Path file, Path named) {
        Path path = file.toAbsolutePath().resolveSibling(named);
        try {
            return Files.readAllLines(path, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new BadInputException(
                    "places: cannot read " + path + ": " + e.getMessage(),
                    "the path is relative to the cell's file");
        }
    }
}
