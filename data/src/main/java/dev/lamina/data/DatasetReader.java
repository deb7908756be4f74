package dev.lamina.data;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes a data set of one file or of a folder: maps labels to indices and draws the splits that
/// are absent.
final class DatasetReader {
    private static final Set<String> TRAIN = Set.of("train");
    private static final Set<String> VALIDATION = Set.of("val", "validation", "dev");
    private static final Set<String> TEST = Set.of("test");

    /// The part of all samples that becomes a drawn validation or test split.
    private static final double HELD_OUT = 0.1;

    private final String name;
    private final long seed;
    private final List<String> notes = new ArrayList<>();

    private DatasetReader(String name, long seed) {
        this.name = name;
        this.seed = seed;
    }

    static TextDataset file(String name, Path file, Columns columns, long seed) {
        var reader = new DatasetReader(name, seed);
        return reader.assemble(Rows.read(file, columns), null, null);
    }

    static TextDataset folder(String name, Path folder, Columns columns, long seed) {
        List<Path> files = list(folder);
        Path train = find(folder, files, TRAIN);
        if (train == null) {
            throw new BadInputException(
                    "folder %s has no training file (train%s); it holds %s"
                            .formatted(
                                    folder,
                                    DatasetFormat.known().replace(", ", ", train"),
                                    names(files)),
                    "name a file of it instead, or rename or convert the training file");
        }
        Path validation = find(folder, files, VALIDATION);
        Path test = find(folder, files, TEST);
        var reader = new DatasetReader(name, seed);
        return reader.assemble(
                Rows.read(train, columns),
                validation == null ? null : Rows.read(validation, columns),
                test == null ? null : Rows.read(test, columns));
    }

    /// Every sample of a file, in its order.
    static List<Sample> samples(Path file, Columns columns, List<String> labels) {
        return samples(
                Rows.read(file, columns),
                indices(labels),
                "the classes are " + Labels.shown(labels),
                "the label is written differently here, or the run was set up without that class");
    }

    /// How many samples a file holds.
    static int count(Path file, Columns columns) {
        return Rows.read(file, columns).rows().size();
    }

    /// What [TextDatasets#heldOut] gives for a folder.
    static HeldOut heldOut(String name, Path folder, Columns columns, long seed) {
        List<Path> files = list(folder);
        if (find(folder, files, TRAIN) != null) {
            return HeldOut.of(folder(name, folder, columns, seed));
        }
        Path validationFile = find(folder, files, VALIDATION);
        Path testFile = find(folder, files, TEST);
        if (validationFile == null || testFile == null) {
            throw new BadInputException(
                    "folder %s has neither a training file nor both a val and a test file; it holds %s"
                            .formatted(folder, names(files)),
                    "'lamina data split' writes such a folder for a server without training data");
        }
        Rows validation = Rows.read(validationFile, columns);
        Rows test = Rows.read(testFile, columns);
        Path named = folder.resolve(TextDatasets.LABELS_FILE);
        List<String> labels =
                Files.isRegularFile(named)
                        ? Labels.read(named)
                        : Labels.ordered(
                                "folder " + folder,
                                Stream.of(validation, test).flatMap(rows -> rows.rows().stream()));
        TextDataset.checkLabels(name, labels);
        Map<String, Integer> indices = indices(labels);
        String why = named + " has " + Labels.shown(labels);
        String maybe = "add it there, if no device was told of the classes yet";
        return new HeldOut(
                name,
                labels,
                samples(validation, indices, why, maybe),
                samples(test, indices, why, maybe),
                Stream.concat(validation.notes().stream(), test.notes().stream()).toList());
    }

    private static Map<String, Integer> indices(List<String> labels) {
        Map<String, Integer> indices = new HashMap<>();
        labels.forEach(label -> indices.put(label, indices.size()));
        return indices;
    }

    private TextDataset assemble(
            Rows trainRows, @Nullable Rows validationRows, @Nullable Rows testRows) {
        notes.addAll(trainRows.notes());
        List<String> labels =
                Labels.ordered("data file " + trainRows.file(), trainRows.rows().stream());
        Map<String, Integer> indices = indices(labels);

        List<Sample> train = samples(trainRows, indices);
        int target = Math.toIntExact(Math.round(HELD_OUT * train.size()));
        List<Sample> test;
        if (testRows == null) {
            HoldOut draw = draw("test", trainRows, train, labels.size(), target);
            train = draw.rest();
            test = draw.held();
        } else {
            test = samples(testRows, indices);
            notes.addAll(testRows.notes());
        }
        List<Sample> validation;
        if (validationRows == null) {
            HoldOut draw = draw("validation", trainRows, train, labels.size(), target);
            train = draw.rest();
            validation = draw.held();
        } else {
            validation = samples(validationRows, indices);
            notes.addAll(validationRows.notes());
        }
        noteShared("validation", validation, train);
        noteShared("test", test, train);
        return new TextDataset(name, labels, train, validation, test, notes);
    }

    private HoldOut draw(String split, Rows rows, List<Sample> samples, int classes, int target) {
        HoldOut draw =
                HoldOut.draw(
                        rows.file().toString(),
                        samples,
                        classes,
                        target,
                        Seeds.stream(seed, "hold-out", split));
        notes.add(
                "no %s file: drew %d samples of %s (stratified, seed %d)"
                        .formatted(split, draw.held().size(), rows.file(), seed));
        return draw;
    }

    private static List<Sample> samples(Rows rows, Map<String, Integer> indices) {
        return samples(
                rows, indices, "no training sample has it", "add training samples of that class");
    }

    private static List<Sample> samples(
            Rows rows, Map<String, Integer> indices, String why, String maybe) {
        var samples = new ArrayList<Sample>(rows.rows().size());
        for (Rows.Row row : rows.rows()) {
            Integer index = indices.get(row.label());
            if (index == null) {
                String near = Nearest.of(row.label(), indices.keySet());
                throw new BadInputException(
                        "%s:%d: unknown label '%s': %s"
                                .formatted(rows.file(), row.line(), row.label(), why),
                        near != null ? "'" + near + "' was meant" : maybe);
            }
            samples.add(new Sample(row.text(), index));
        }
        return samples;
    }

    private void noteShared(String split, List<Sample> samples, List<Sample> train) {
        Set<String> texts = new HashSet<>();
        train.forEach(sample -> texts.add(sample.text()));
        long shared = samples.stream().filter(sample -> texts.contains(sample.text())).count();
        if (shared > 0) {
            notes.add(
                    "%d of %d %s texts also occur in training"
                            .formatted(shared, samples.size(), split));
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new BadInputException(
                    "folder " + folder + " cannot be listed: " + e.getMessage(),
                    "its permissions are too strict");
        }
    }

    private static @Nullable Path find(Path folder, List<Path> files, Set<String> stems) {
        List<Path> found =
                files.stream()
                        .filter(file ->
                                stems.contains(stem(file)) && DatasetFormat.ofOrNull(file) != null)
                        .toList();
        BadInputException.check(
                found.size() <= 1,
                "folder %s has several files for one split: %s".formatted(folder, names(found)),
                "move all but one away");
        return found.isEmpty() ? null : found.getFirst();
    }

    private static String stem(Path file) {
        String fileName = String.valueOf(file.getFileName());
        int dot = fileName.lastIndexOf('.');
        return dot < 0 ? fileName : fileName.substring(0, dot);
    }

    private static String names(List<Path> files) {
        List<String> names =
                files.stream().limit(10).map(file -> String.valueOf(file.getFileName())).toList();
        return names.isEmpty()
                ? "no files"
                : String.join(", ", names) + (files.size() > names.size() ? ", ..." : "");
    }
}
