package dev.lamina.csi;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import dev.lamina.csi.Scatter.Part;
import dev.lamina.radio.Csi;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the channels among the arrays of a file: the complex `h`, or the only complex array, or
/// `re` and `im`.
final class Variables {
    private static final int SHOWN = 10;

    private Variables() {}

    /// @param file its name, for messages
    /// @throws BadInputException if there are no channels, or more than one array may be meant
    static Csi read(String file, List<Variable> variables) {
        checkNames(file, variables);
        Variable h = complex(file, variables);
        if (h != null) {
            CsiAxes axes = CsiAxes.of(file + ": the array " + h.shown(), h.shape(), 1);
            h.check();
            float[][] tracks = CsiInMemory.allocate(file, axes.shape(), axes.tracks());
            fill(tracks, 0, axes, h, Part.BOTH);
            return csi(file, axes, tracks, variables, List.of(h));
        }
        Variable re = find(variables, "re");
        Variable im = find(variables, "im");
        if (re == null || im == null) {
            throw new BadInputException(
                    file + " has no complex array, and no re and im, but " + shown(variables),
                    "save the channels as one complex array 'h' with the axes [track, time,"
                            + " subcarrier, antenna...].");
        }
        checkReal(file, re);
        checkReal(file, im);
        BadInputException.check(
                re.shape().equals(im.shape()),
                file + ": the arrays " + re.shown() + " and " + im.shown() + " differ in shape",
                "save both from one complex array.");
        CsiAxes axes = CsiAxes.of(file + ": the array " + re.shown(), re.shape(), 1);
        re.check();
        im.check();
        float[][] tracks = CsiInMemory.allocate(file, axes.shape(), axes.tracks());
        fill(tracks, 0, axes, re, Part.REAL);
        fill(tracks, 0, axes, im, Part.IMAGINARY);
        return csi(file, axes, tracks, variables, List.of(re, im));
    }

    /// Reads an array into tracks, which have room for it.
    static void fill(
            float[][] tracks, int firstChannel, CsiAxes axes, Variable variable, Part part) {
        ElementType type = Objects.requireNonNull(variable.type());
        variable.read(new Scatter(tracks, firstChannel, axes, variable, type, part));
    }

    private static Csi csi(
            String file,
            CsiAxes axes,
            float[][] tracks,
            List<Variable> variables,
            List<Variable> channels) {
        return new CsiInMemory(
                axes.shape(), tracks, Labels.read(file, variables, channels, axes.tracks()));
    }

    private static @Nullable Variable complex(String file, List<Variable> variables) {
        List<Variable> complex = variables.stream().filter(Variables::isComplex).toList();
        for (Variable variable : complex) {
            if (variable.name().equals("h")) {
                return variable;
            }
        }
        BadInputException.check(
                complex.size() <= 1,
                file
                        + " has "
                        + complex.size()
                        + " complex arrays, and none is called h: "
                        + shown(complex),
                "rename the one that holds the channels to h.");
        return complex.isEmpty() ? null : complex.getFirst();
    }

    static boolean isComplex(Variable variable) {
        ElementType type = variable.type();
        return type != null && type.isComplex();
    }

    static @Nullable Variable find(List<Variable> variables, String name) {
        for (Variable variable : variables) {
            if (variable.name().equals(name)) {
                return variable;
            }
        }
        return null;
    }

    private static void checkReal(String file, Variable variable) {
        ElementType type = variable.type();
        BadInputException.check(
                type != null && type.isReal(),
                file
                        + ": the array "
                        + variable.shown()
                        + " is not of little-endian float16, float32 or float64",
                "convert it, as with .astype('<f4').");
    }

    private static void checkNames(String file, List<Variable> variables) {
        Set<String> names = new HashSet<>();
        for (Variable variable : variables) {
            BadInputException.check(
                    names.add(variable.name()),
                    file + " has two arrays called " + Shown.quoted(variable.name()),
                    "the tool that wrote it is at fault.");
        }
    }

    private static String shown(List<Variable> variables) {
        if (variables.isEmpty()) {
            return "no array at all";
        }
        return variables.stream()
                        .limit(SHOWN)
                        .map(Variable::shown)
                        .collect(Collectors.joining(", "))
                + (variables.size() > SHOWN ? ", and more" : "");
    }
}
