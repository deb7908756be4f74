package dev.lamina.csi;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import dev.lamina.radio.Csi;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The datasets in the root group of an HDF5 file, which a MATLAB 7.3 file is too. Parsed with
/// jHDF, whose errors all become [BadInputException]s: it trusts a file's numbers, and fails in
/// many ways on damaged ones.
final class Hdf5File implements AutoCloseable {
    private static final String OLD_MATLAB = "MATLAB 5.0 MAT-file";

    private final Path path;
    private final HdfFile hdf;
    private final List<Variable> variables;

    /// @param matlab whether the axes of all datasets are reversed
    /// @throws BadInputException if it is no HDF5 file, or cannot be parsed
    Hdf5File(Path path, boolean matlab) {
        checkAge(path);
        this.path = path;
        this.hdf = jhdf(path.toString(), () -> new HdfFile(path));
        boolean listed = false;
        try {
            this.variables = jhdf(path.toString(), () -> variables(matlab));
            listed = true;
        } finally {
            if (!listed) {
                hdf.close();
            }
        }
    }

    /// @throws BadInputException if it cannot be parsed or has no channels
    static Csi read(Path path, boolean matlab) {
        try (Hdf5File file = new Hdf5File(path, matlab)) {
            return Llm4cp.isIn(file.variables)
                    ? Llm4cp.read(file, matlab)
                    : Variables.read(path.toString(), file.variables);
        }
    }

    /// What the supplier says; whatever jHDF throws becomes bad input, as do the failed allocation
    /// of a length that the file claims, and groups or types nested without end.
    static <T> T jhdf(String what, Supplier<T> supplier) {
        try {
            return supplier.get();
        } catch (BadInputException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError | AssertionError e) {
            String message = String.valueOf(e.getMessage());
            throw new BadInputException(
                    what + " cannot be read as HDF5: " + Shown.plain(message),
                    "the file is damaged, was cut short, or is none of HDF5 or MATLAB 7.3.");
        }
    }

    private static void checkAge(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] begin = in.readNBytes(OLD_MATLAB.length());
            BadInputException.check(
                    !new String(begin, StandardCharsets.ISO_8859_1).equals(OLD_MATLAB),
                    path + " is a MATLAB 5.0 file",
                    "save it in MATLAB with the option '-v7.3'.");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private List<Variable> variables(boolean matlab) {
        List<Variable> found = new ArrayList<>();
        for (Node node : hdf.getChildren().values()) {
            if (node instanceof Dataset dataset) { // no groups, and no links into other files
                found.add(Hdf5Variable.of(path, hdf, dataset, matlab));
            }
        }
        return found;
    }

    Path path() {
        return path;
    }

    List<Variable> variables() {
        return variables;
    }

    @Override
    public void close() {
        hdf.close();
    }
}
