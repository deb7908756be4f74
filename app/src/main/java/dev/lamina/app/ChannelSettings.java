package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.AngleSpreads;
import dev.lamina.radio.ChannelSpec;
import dev.lamina.radio.ClusterProfile;
import dev.lamina.radio.Environment;
import dev.lamina.radio.LinkState;
import dev.lamina.radio.Noise;
import dev.lamina.radio.Orientation;
import dev.lamina.radio.Panel;
import dev.lamina.radio.Place;
import dev.lamina.radio.Scenario;
import dev.lamina.radio.Speeds;
import dev.lamina.radio.TapProfile;
import dev.lamina.radio.UserPlaces;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a file and flags say about channels: the fields of [ChannelSpec]. What is left out is the
/// preset's.
record ChannelSettings(
        @Nullable String preset,
        @Nullable Surroundings environment,
        @Nullable Station station,
        @Nullable User user,
        @Nullable Movement movement,
        @Nullable Double carrierHertz,
        @Nullable Grid grid,
        @Nullable Integer tracks,
        @Nullable Long seed,
        @Nullable NoiseRange noise) {
    private static final double DELAY_SPREAD_SECONDS = 100e-9;

    /// A cell, or with a profile a fixed one.
    record Surroundings(
            @Nullable String scenario,
            @Nullable String state,
            @Nullable Double indoorShare,
            @Nullable Boolean clip,
            @Nullable String convention,
            @Nullable Boolean pathLoss,
            @Nullable Boolean shadowing,
            @Nullable Boolean consistent,
            @Nullable Places places,
            @Nullable String profile,
            @Nullable Double delaySpreadSeconds,
            @Nullable Double ricianDecibels,
            @Nullable Spreads spreads) {}

    /// A ring around the station; with a centre, a sector.
    record Places(
            @Nullable Double nearestMetres,
            @Nullable Double farthestMetres,
            @Nullable Double centreMetres,
            @Nullable Double widestDegrees) {}

    record Spreads(
            @Nullable Double departureAzimuthDegrees,
            @Nullable Double arrivalAzimuthDegrees,
            @Nullable Double departureZenithDegrees,
            @Nullable Double arrivalZenithDegrees) {}

    record Station(
            @Nullable Double heightMetres, @Nullable Array panel, @Nullable Turned orientation) {}

    record User(
            @Nullable Double heightMetres,
            @Nullable Array panel,
            @Nullable Turned orientation,
            @Nullable String turning) {}

    record Array(
            @Nullable String element,
            @Nullable Integer rows,
            @Nullable Integer columns,
            @Nullable Double spacingWavelengths,
            @Nullable List<Double> slantsDegrees,
            @Nullable Integer rowsPerPort,
            @Nullable Integer columnsPerPort,
            @Nullable Double tiltZenithDegrees,
            @Nullable Integer panelRows,
            @Nullable Integer panelColumns,
            @Nullable Double panelSpacingWavelengths) {}

    record Turned(
            @Nullable Double bearingDegrees,
            @Nullable Double downtiltDegrees,
            @Nullable Double slantDegrees) {}

    record Movement(@Nullable Kmh speeds, @Nullable String motion, @Nullable List<Corner> route) {}

    record Kmh(
            @Nullable List<Double> kmh, @Nullable Double lowestKmh, @Nullable Double highestKmh) {}

    record Corner(@Nullable Double x, @Nullable Double y) {}

    record Grid(
            @Nullable Integer steps,
            @Nullable Double stepSeconds,
            @Nullable Integer subcarriers,
            @Nullable Double spacingHertz) {}

    record NoiseRange(@Nullable Double lowestDecibels, @Nullable Double highestDecibels) {}

    /// The whole spec.
    ///
    /// @throws BadInputException if something cannot be
    ChannelSpec spec() {
        long drawn = or(seed, 1L);
        ChannelSpec d = ChannelPresets.of(presetName(), drawn);
        int count = or(tracks, d.tracks());
        return new ChannelSpec(
                environment(d.environment()),
                station(d.station()),
                user(d.user()),
                movement(d.movement()),
                or(carrierHertz, d.carrierHertz()),
                grid(d.grid()),
                count,
                drawn);
    }

    /// Null without noise.
    @Nullable Noise noise(long noiseSeed) {
        if (noise == null) {
            return null;
        }
        Double low =
                noise.lowestDecibels() == null ? noise.highestDecibels() : noise.lowestDecibels();
        Double high = noise.highestDecibels() == null ? low : noise.highestDecibels();
        if (low == null || high == null) {
            throw new BadInputException(
                    "noise without a signal-to-noise ratio", "write lowestDecibels: 18");
        }
        return new Noise(low, high, noiseSeed);
    }

    private String presetName() {
        if (preset != null) {
            return preset;
        }
        boolean micro =
                environment != null
                        && environment.scenario() != null
                        && ChannelNames.scenario(environment.scenario()) == Scenario.URBAN_MICRO;
        return micro ? "umi" : "uma";
    }

    private Environment environment(Environment preset) {
        if (environment == null) {
            return preset;
        }
        Surroundings e = environment;
        boolean cellKeys =
                Stream.of(
                                e.scenario(),
                                e.state(),
                                e.indoorShare(),
                                e.clip(),
                                e.convention(),
                                e.pathLoss(),
                                e.shadowing(),
                                e.consistent(),
                                e.places())
                        .anyMatch(Objects::nonNull);
        if (e.profile() != null) {
            BadInputException.check(
                    !cellKeys,
                    "the profile '" + e.profile() + "' together with settings of a cell",
                    "leave out scenario, state, clip, path loss and places, or leave out the profile");
            return profile(e, e.profile());
        }
        BadInputException.check(
                e.delaySpreadSeconds() == null && e.ricianDecibels() == null && e.spreads() == null,
                "a delay spread, Rician factor or angle spreads without a profile",
                "name one, such as cdl-c: in a cell they are drawn");
        return cell(e, preset);
    }

    private static Environment cell(Surroundings e, Environment preset) {
        if (!(preset instanceof Environment.Cell d)) {
            throw new IllegalStateException("a preset that is no cell");
        }
        return new Environment.Cell(
                or(e.scenario(), ChannelNames::scenario, d.scenario()),
                state(e.state(), d.state()),
                or(e.indoorShare(), d.indoorShare()),
                or(e.clip(), d.clip()),
                or(e.convention(), ChannelNames::convention, d.convention()),
                or(e.pathLoss(), d.pathLoss()),
                or(e.shadowing(), d.shadowing()),
                or(e.consistent(), d.consistent()),
                e.places() == null ? d.places() : places(e.places()));
    }

    private static @Nullable LinkState state(@Nullable String given, @Nullable LinkState preset) {
        return given == null ? preset : ChannelNames.state(given);
    }

    private static UserPlaces places(Places p) {
        double nearest = needed("places.nearestMetres", p.nearestMetres());
        double farthest = needed("places.farthestMetres", p.farthestMetres());
        return p.centreMetres() == null && p.widestDegrees() == null
                ? new UserPlaces.Annulus(nearest, farthest)
                : new UserPlaces.Sector(
                        needed("places.centreMetres", p.centreMetres()),
                        nearest,
                        farthest,
                        or(p.widestDegrees(), 180.0));
    }

    private static Environment profile(Surroundings e, String name) {
        double seconds = or(e.delaySpreadSeconds(), DELAY_SPREAD_SECONDS);
        Enum<?> found = ChannelNames.profile(name);
        if (found instanceof ClusterProfile clusters) {
            return new Environment.ClusteredDelayLine(
                    clusters,
                    seconds,
                    e.ricianDecibels(),
                    e.spreads() == null ? null : spreads(e.spreads()));
        }
        BadInputException.check(
                e.ricianDecibels() == null && e.spreads() == null,
                "a Rician factor or angle spreads for the profile '" + name + "'",
                "take one of cdl-a to cdl-e");
        return new Environment.TappedDelayLine((TapProfile) found, seconds);
    }

    private static AngleSpreads spreads(Spreads s) {
        return new AngleSpreads(
                needed("spreads.departureAzimuthDegrees", s.departureAzimuthDegrees()),
                needed("spreads.arrivalAzimuthDegrees", s.arrivalAzimuthDegrees()),
                needed("spreads.departureZenithDegrees", s.departureZenithDegrees()),
                needed("spreads.arrivalZenithDegrees", s.arrivalZenithDegrees()));
    }

    private ChannelSpec.Station station(ChannelSpec.Station d) {
        return station == null
                ? d
                : new ChannelSpec.Station(
                        or(station.heightMetres(), d.heightMetres()),
                        panel(station.panel(), d.panel()),
                        orientation(station.orientation(), d.orientation()));
    }

    private ChannelSpec.User user(ChannelSpec.User d) {
        return user == null
                ? d
                : new ChannelSpec.User(
                        or(user.heightMetres(), d.heightMetres()),
                        panel(user.panel(), d.panel()),
                        orientation(user.orientation(), d.orientation()),
                        or(user.turning(), ChannelNames::turning, d.turning()));
    }

    private static Panel panel(@Nullable Array a, Panel d) {
        return a == null
                ? d
                : new Panel(
                        or(a.element(), ChannelNames::element, d.element()),
                        or(a.rows(), d.rows()),
                        or(a.columns(), d.columns()),
                        or(a.spacingWavelengths(), d.spacingWavelengths()),
                        or(a.slantsDegrees(), d.slantsDegrees()),
                        or(a.rowsPerPort(), d.rowsPerPort()),
                        or(a.columnsPerPort(), d.columnsPerPort()),
                        or(a.tiltZenithDegrees(), d.tiltZenithDegrees()),
                        or(a.panelRows(), d.panelRows()),
                        or(a.panelColumns(), d.panelColumns()),
                        or(a.panelSpacingWavelengths(), d.panelSpacingWavelengths()));
    }

    private static Orientation orientation(@Nullable Turned t, Orientation d) {
        if (t == null) {
            return d;
        }
        double bearing = or(t.bearingDegrees(), d.bearingDegrees());
        double downtilt = or(t.downtiltDegrees(), d.downtiltDegrees());
        double slant = or(t.slantDegrees(), d.slantDegrees());
        BadInputException.check(
                Double.isFinite(bearing + downtilt + slant),
                "an orientation of " + bearing + ", " + downtilt + ", " + slant + " degrees",
                "write numbers");
        return new Orientation(bearing, downtilt, slant);
    }

    private ChannelSpec.Movement movement(ChannelSpec.Movement d) {
        if (movement == null) {
            return d;
        }
        List<Place> route = d.route();
        if (movement.route() != null) {
            route =
                    movement.route().stream()
                            .map(c ->
                                    new Place(
                                            needed("route.x", c.x()), needed("route.y", c.y()), 0))
                            .toList();
        }
        return new ChannelSpec.Movement(
                movement.speeds() == null ? d.speeds() : speeds(movement.speeds()),
                or(movement.motion(), ChannelNames::motion, d.motion()),
                route);
    }

    private static Speeds speeds(Kmh s) {
        if (s.kmh() != null) {
            BadInputException.check(
                    s.lowestKmh() == null && s.highestKmh() == null,
                    "speeds as a list and as a range",
                    "give either kmh or lowestKmh and highestKmh");
            return new Speeds.Listed(s.kmh());
        }
        return new Speeds.Range(
                needed("speeds.lowestKmh", s.lowestKmh()),
                needed("speeds.highestKmh", s.highestKmh()));
    }

    private ChannelSpec.Grid grid(ChannelSpec.Grid d) {
        return grid == null
                ? d
                : new ChannelSpec.Grid(
                        or(grid.steps(), d.steps()),
                        or(grid.stepSeconds(), d.stepSeconds()),
                        or(grid.subcarriers(), d.subcarriers()),
                        or(grid.spacingHertz(), d.spacingHertz()));
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    private static <T> T or(@Nullable String given, Function<String, T> parse, T otherwise) {
        return given == null ? otherwise : parse.apply(given);
    }

    private static double needed(String key, @Nullable Double given) {
        if (given == null) {
            throw new BadInputException(key + " is missing", "recipes/channels.yaml has all keys");
        }
        return given;
    }
}
