package dev.lamina.csi;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The arrays of a file that hold one number for each track.
final class Labels {
    /// What NumPy, MATLAB and HDF5 all take as a name; MATLAB takes no longer ones.
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,62}");

    /// Those of the channels.
    private static final Set<String> TAKEN = Set.of("h", "re", "im");

    private static final int MOST = 100;

    private Labels() {}

    /// All variables but the channels that are as long as there are tracks. MATLAB has them as
    /// matrices with one column or one row.
    static Map<String, double[]> read(
            String file, List<Variable> variables, List<Variable> channels, int tracks) {
        List<Variable> found =
                variables.stream()
                        .filter(v -> !channels.contains(v) && isLabel(v, tracks))
                        .toList();
        long most = Runtime.getRuntime().maxMemory() / 4;
        BadInputException.check(
                found.size() <= MOST && (double) Double.BYTES * tracks * found.size() <= most,
                file + " has " + found.size() + " labels for " + tracks + " tracks",
                "save fewer other arrays with the channels; up to " + MOST + " are read.");
        Map<String, double[]> labels = new TreeMap<>();
        found.forEach(variable -> labels.put(variable.name(), numbers(variable, tracks)));
        return labels;
    }

    private static boolean isLabel(Variable variable, int tracks) {
        ElementType type = variable.type();
        return type != null && !type.isComplex() && isOneForEach(variable.shape(), tracks);
    }

    private static boolean isOneForEach(List<Long> shape, int tracks) {
        return !shape.isEmpty()
                && shape.size() <= 2
                && shape.contains((long) tracks)
                && CsiAxes.product(shape) == tracks;
    }

    private static double[] numbers(Variable variable, int tracks) {
        ElementType type = Objects.requireNonNull(variable.type());
        variable.check();
        double[] numbers = new double[tracks];
        variable.read((data, at, index, count) -> {
            for (int i = 0; i < count; i++) {
                numbers[(int) index + i] = type.real(data, at + (long) i * type.bytes());
            }
        });
        return numbers;
    }

    /// @throws BadInputException if a name would not come back as a label's from every format
    static void checkNames(Collection<String> names, String file) {
        for (String name : names) {
            BadInputException.check(
                    NAME.matcher(name).matches() && !TAKEN.contains(name),
                    file + ": the label " + Shown.quoted(name) + " cannot be written",
                    "give it a name of 1 to 63 letters, digits and _, a letter first, that is none"
                            + " of h, re and im.");
        }
    }
}
