package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.GeneratorCheck.Reference;
import dev.lamina.radio.Percentiles;
import dev.lamina.radio.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Curves of 3GPP's calibration from a CSV file with the columns `metric`, `scenario` (UMa, UMi),
/// `freq_ghz`, `config` (1, or -; 2 is passed over), `p5`, `p10`, … `p95`.
final class CalibrationReference {
    private static final int FIRST_PERCENTILE = 4;
    private static final int COLUMNS = FIRST_PERCENTILE + 19;

    private CalibrationReference() {}

    /// @throws BadInputException with file and line
    static List<Reference> read(Path file) {
        List<String> lines;
        try {
            BadInputException.check(
                    Files.isRegularFile(file),
                    "--reference " + file + " is no file",
                    "leave it out: the calibration is then not compared");
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new BadInputException(
                    "--reference " + file + " cannot be read: " + e.getMessage(),
                    "it is no text file");
        }
        BadInputException.check(
                !lines.isEmpty()
                        && lines.getFirst().startsWith("metric,scenario,freq_ghz,config,p5"),
                file + ", line 1: not the columns of a calibration",
                "write metric,scenario,freq_ghz,config,p5,p10 and so on to p95");
        List<Reference> curves = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            List<String> cells = List.of(lines.get(i).split(",", -1));
            String where = file + ", line " + (i + 1);
            BadInputException.check(
                    cells.size() == COLUMNS,
                    where + ": " + cells.size() + " columns",
                    "there must be " + COLUMNS + ", as in the first line");
            @Nullable Scenario scenario = scenario(cells.get(1));
            if (scenario != null && !cells.get(3).equals("2")) {
                List<Double> values = new ArrayList<>();
                for (String cell : cells.subList(FIRST_PERCENTILE, COLUMNS)) {
                    values.add(Quantities.number(where + ":", cell));
                }
                curves.add(
                        new Reference(
                                cells.get(0),
                                scenario,
                                1e9 * Quantities.number(where + ": freq_ghz", cells.get(2)),
                                new Percentiles(values)));
            }
        }
        BadInputException.check(
                !curves.isEmpty(), file + ": no curve of UMa or UMi", "it is another file");
        return curves;
    }

    /// Null for one that the generator does not have.
    private static @Nullable Scenario scenario(String name) {
        return switch (name) {
            case "UMa" -> Scenario.URBAN_MACRO;
            case "UMi" -> Scenario.URBAN_MICRO;
            default -> null;
        };
    }
}
