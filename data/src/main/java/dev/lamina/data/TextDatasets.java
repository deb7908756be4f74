package dev.lamina.data;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Loads labelled text: a bundled data set by its name, or a file or folder of the user's.
///
/// - `wordnet`: the default; its splits are fixed, whatever the seed. A folder of that name is
///   `./wordnet`.
/// - a file (`.txt`, `.csv`, `.tsv`, `.jsonl`, `.json-lines`): a seeded stratified split, 80 %
///   training, 10 % validation, 10 % test. Samples with the same text come into the same split.
/// - a folder with `train.*`, and optionally `val.*` (or `validation.*`, `dev.*`) and `test.*`: an
///   absent split is drawn from the training file as above (10 %), and a note says so.
///
/// Classes are numbered in numeric order where all labels are whole numbers, otherwise in the
/// alphabetical order of their names. Blank lines are skipped.
public final class TextDatasets {
    /// The bundled data sets.
    public static final List<String> NAMES = List.of(WordNet.NAME);

    /// In a folder without a training file: the classes in their order, one on each line.
    static final String LABELS_FILE = "labels.txt";

    private TextDatasets() {}

    /// Loads a data set with the usual column names.
    public static TextDataset load(String nameOrPath, long seed) {
        return load(nameOrPath, Columns.DETECT, seed);
    }

    /// Loads a data set.
    ///
    /// @param nameOrPath one of [#NAMES], a file or a folder
    /// @param columns which columns or keys hold text and label, where the format has names for
    ///   them
    /// @param seed of the splits that have to be drawn
    /// @throws BadInputException if there is no such data set, or anything in it cannot be used;
    ///   the message names the file and the line
    public static TextDataset load(String nameOrPath, Columns columns, long seed) {
        if (nameOrPath.equals(WordNet.NAME)) {
            BadInputException.check(
                    !columns.given(),
                    "columns (text %s, label %s) are given for the data set wordnet, which has none"
                            .formatted(columns.text(), columns.label()),
                    "leave them out, or name a file of your own");
            return WordNet.load();
        }
        Path path = existing(nameOrPath);
        return Files.isDirectory(path)
                ? DatasetReader.folder(nameOrPath, path, columns, seed)
                : DatasetReader.file(nameOrPath, path, columns, seed);
    }

    /// Loads what a server needs that has no training samples. For everything that [#load(String,
    /// Columns, long)] takes it is the same classes, validation and test split; a folder may also
    /// have `val.*` and `test.*` and no `train.*`. The classes are then those that `labels.txt`
    /// lists, one on each line, or, without that file, those of the two splits together.
    ///
    /// @throws BadInputException as [#load(String, Columns, long)] does
    public static HeldOut heldOut(String nameOrPath, Columns columns, long seed) {
        if (!NAMES.contains(nameOrPath)) {
            Path path = existing(nameOrPath);
            if (Files.isDirectory(path)) {
                return DatasetReader.heldOut(nameOrPath, path, columns, seed);
            }
        }
        return HeldOut.of(load(nameOrPath, columns, seed));
    }

    /// Loads a device's own samples: every row of one file, in its order, nothing split.
    ///
    /// @param file in one of the formats of [DatasetFormat]
    /// @param labels names of the classes of the whole run; this file may lack some
    /// @return at least one sample; a label is an index into `labels`
    /// @throws BadInputException if there is no such file, a line cannot be used or its label is
    ///   none of `labels`; the message names the file and the line
    public static List<Sample> samples(String file, Columns columns, List<String> labels) {
        return DatasetReader.samples(ownFile(file), columns, labels);
    }

    /// How many samples a device's own file holds, before the classes of the run are known.
    ///
    /// @throws BadInputException as [#samples(String, Columns, List)] does, but for labels
    public static int count(String file, Columns columns) {
        return DatasetReader.count(ownFile(file), columns);
    }

    private static Path ownFile(String file) {
        Path path = existing(file);
        BadInputException.check(
                !Files.isDirectory(path),
                "data '" + file + "' is a folder, and a device's samples are one file",
                "you meant a file in it");
        return path;
    }

    private static Path existing(String nameOrPath) {
        Path path = path(nameOrPath);
        BadInputException.check(
                Files.exists(path),
                "no data set, file or folder '" + nameOrPath + "'",
                missing(nameOrPath, path));
        BadInputException.check(
                Files.isRegularFile(path) || Files.isDirectory(path),
                "data '" + nameOrPath + "' is neither a file nor a folder",
                "save it to a file first");
        return path;
    }

    private static Path path(String nameOrPath) {
        try {
            BadInputException.check(
                    !nameOrPath.isBlank(),
                    "the name of the data set is empty",
                    "use " + WordNet.NAME);
            return Path.of(nameOrPath);
        } catch (InvalidPathException e) {
            throw new BadInputException(
                    "data '" + nameOrPath + "' is no path: " + e.getReason(),
                    "use " + WordNet.NAME);
        }
    }

    private static String missing(String nameOrPath, Path path) {
        String near = Nearest.of(nameOrPath, NAMES);
        if (near == null) {
            near = nearFile(path);
        }
        return near != null
                ? "you meant '" + near + "'"
                : "the path is wrong from here ("
                        + Path.of("").toAbsolutePath()
                        + "); bundled data sets: "
                        + NAMES;
    }

    private static @Nullable String nearFile(Path path) {
        Path parent = path.getParent();
        Path folder = parent == null ? Path.of("") : parent;
        if (!Files.isDirectory(folder)) {
            return null;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<String> names =
                    entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
            String near = Nearest.of(String.valueOf(path.getFileName()), names);
            return near == null ? null : folder.resolve(near).toString();
        } catch (IOException | UncheckedIOException e) {
            return null; // only a suggestion is lost
        }
    }
}
