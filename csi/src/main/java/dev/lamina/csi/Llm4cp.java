package dev.lamina.csi;

import dev.lamina.base.BadInputException;
import dev.lamina.csi.Scatter.Part;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The data of LLM4CP (arXiv 2406.14440) as its authors publish them: MATLAB variables
/// `H_U_his_train` (uplink history), `H_U_pre_train` (uplink future), `H_D_pre_train` (downlink
/// future), and the same with `_test`, each in a file of its own name, with the axes [speed, user,
/// time, subcarrier, antenna...].
///
/// History and future are joined along time, speed and user are joined into tracks. The history's
/// file, or the uplink future's, gives the uplink throughout (TDD); the downlink future's file
/// gives uplink steps followed by downlink ones (FDD). The file with the other half must stand
/// beside it, unless one file holds both. Tracks of 900 speeds (10.1 to 100 km/h) or 10 (10 to 100
/// km/h) have the label `speed_kmh`.
final class Llm4cp {
    private static final Pattern NAME = Pattern.compile("H_(U_his|U_pre|D_pre)_(\\w+)");
    private static final String HISTORY = "H_U_his_";
    private static final List<String> FUTURES = List.of("H_U_pre_", "H_D_pre_");
    private static final int TRAINING_SPEEDS = 900;
    private static final int TEST_SPEEDS = 10;

    private Llm4cp() {}

    static boolean isIn(List<Variable> variables) {
        return variables.stream().anyMatch(v -> NAME.matcher(v.name()).matches());
    }

    /// @param matlab whether the axes of all datasets are reversed
    /// @throws BadInputException if a half is missing, or they do not fit
    static Csi read(Hdf5File file, boolean matlab) {
        String set = set(file);
        @Nullable Variable history = Variables.find(file.variables(), HISTORY + set);
        @Nullable Variable future = null;
        for (String name : FUTURES) {
            future = future == null ? Variables.find(file.variables(), name + set) : future;
        }
        if (history != null && future != null) {
            return join(file.path(), history, future);
        }
        if (history == null && future != null) {
            Variable second = future;
            return withSibling(
                    file.path(), HISTORY + set, matlab, first -> join(file.path(), first, second));
        }
        if (history == null) {
            throw new IllegalStateException("neither half of " + set);
        }
        Variable first = history;
        return withSibling(
                file.path(),
                FUTURES.getFirst() + set,
                matlab,
                second -> join(file.path(), first, second));
    }

    /// Train, test or another.
    private static String set(Hdf5File file) {
        List<String> sets =
                file.variables().stream()
                        .map(v -> NAME.matcher(v.name()))
                        .filter(Matcher::matches)
                        .map(m -> m.group(2))
                        .distinct()
                        .toList();
        BadInputException.check(
                sets.size() == 1,
                file.path() + " has the variables of more than one set of LLM4CP: " + sets,
                "save each set to a file of its own.");
        return sets.getFirst();
    }

    private static Csi withSibling(
            Path path, String name, boolean matlab, Function<Variable, Csi> reader) {
        String own = String.valueOf(path.getFileName());
        Path sibling = path.resolveSibling(name + own.substring(own.lastIndexOf('.')));
        BadInputException.check(
                Files.isRegularFile(sibling),
                path + " holds one half of LLM4CP's data, and there is no " + sibling,
                "put the file with the other half beside it, under that name.");
        try (Hdf5File file = new Hdf5File(sibling, matlab)) {
            Variable other = Variables.find(file.variables(), name);
            if (other == null) {
                throw new BadInputException(
                        sibling + " has no variable " + name, "it is another set's file, renamed.");
            }
            return reader.apply(other);
        }
    }

    private static Csi join(Path path, Variable history, Variable future) {
        CsiAxes first = axes(path, history);
        CsiAxes second = axes(path, future);
        CsiShape a = first.shape();
        CsiShape b = second.shape();
        BadInputException.check(
                first.lengths().subList(0, 2).equals(second.lengths().subList(0, 2))
                        && a.subcarriers() == b.subcarriers()
                        && a.antennas() == b.antennas(),
                path + ": " + history.shown() + " and " + future.shown() + " do not fit",
                "take both from one set: they may differ in the number of steps alone.");
        CsiShape joined = new CsiShape(a.steps() + b.steps(), a.subcarriers(), a.antennas());
        history.check();
        future.check();
        float[][] tracks = CsiInMemory.allocate(path.toString(), joined, first.tracks());
        Variables.fill(tracks, 0, first, history, Part.BOTH);
        Variables.fill(tracks, a.size(), second, future, Part.BOTH);
        return new CsiInMemory(joined, tracks, labels(first.lengths()));
    }

    private static CsiAxes axes(Path path, Variable variable) {
        BadInputException.check(
                Variables.isComplex(variable),
                path + ": " + variable.shown() + " is not complex",
                "it is another file of that name.");
        return CsiAxes.of(path + ": " + variable.shown(), variable.shape(), 2);
    }

    private static Map<String, double[]> labels(List<Long> lengths) {
        int speeds = Math.toIntExact(lengths.get(0));
        int users = Math.toIntExact(lengths.get(1));
        if (speeds != TRAINING_SPEEDS && speeds != TEST_SPEEDS) {
            return Map.of();
        }
        double[] speedKmh = new double[speeds * users];
        for (int i = 0; i < speedKmh.length; i++) {
            int v = i / users;
            speedKmh[i] = speeds == TRAINING_SPEEDS ? (101 + v) / 10.0 : 10.0 * (v + 1);
        }
        return Map.of("speed_kmh", speedKmh);
    }
}
