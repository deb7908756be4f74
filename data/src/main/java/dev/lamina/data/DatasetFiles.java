package dev.lamina.data;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import tools.jackson.databind.json.JsonMapper;

/// Writes data sets as folders that [TextDatasets] reads again.
public final class DatasetFiles {
    private static final JsonMapper JSON = JsonMapper.shared();

    private DatasetFiles() {}

    /// Writes `train`, `val` and `test` with the format's extension into a folder, which appears
    /// when it is complete. Texts and labels are read back as they were, and the classes in the
    /// same order if the data set came from [TextDatasets].
    ///
    /// @param folder is created; may exist if it is empty
    /// @throws BadInputException if the folder is in use, or the format cannot hold a text or a
    ///   label
    public static void write(TextDataset dataset, Path folder, DatasetFormat format) {
        checkFree(folder);
        if (format == DatasetFormat.TXT) {
            checkFitsTxt(dataset);
        }
        AtomicFiles.writeDirectory(
                folder,
                temporary -> {
                    writeSplit(
                            dataset,
                            dataset.train(),
                            temporary.resolve("train." + format.extension()),
                            format);
                    writeSplit(
                            dataset,
                            dataset.validation(),
                            temporary.resolve("val." + format.extension()),
                            format);
                    writeSplit(
                            dataset,
                            dataset.test(),
                            temporary.resolve("test." + format.extension()),
                            format);
                });
    }

    private static void writeSplit(
            TextDataset dataset, List<Sample> split, Path file, DatasetFormat format)
            throws IOException {
        List<String> labels = dataset.labels();
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            switch (format) {
                case TXT -> {
                    for (Sample sample : split) {
                        writer.write(sample.text() + ";" + labels.get(sample.label()) + "\n");
                    }
                }
                case CSV -> writeDelimited(labels, split, writer, ',');
                case TSV -> writeDelimited(labels, split, writer, '\t');
                case JSONL -> {
                    for (Sample sample : split) {
                        writer.write(
                                JSON.writeValueAsString(
                                        new Line(sample.text(), labels.get(sample.label()))));
                        writer.write('\n');
                    }
                }
            }
        }
    }

    private record Line(String text, String label) {}

    private static void writeDelimited(
            List<String> labels, List<Sample> split, Writer writer, char delimiter)
            throws IOException {
        CSVFormat format =
                CSVFormat.RFC4180
                        .builder()
                        .setDelimiter(delimiter)
                        .setRecordSeparator('\n')
                        .setHeader("text", "label")
                        .get();
        var printer = new CSVPrinter(writer, format);
        for (Sample sample : split) {
            printer.printRecord(sample.text(), labels.get(sample.label()));
        }
        printer.flush();
    }

    private static void checkFitsTxt(TextDataset dataset) {
        for (String label : dataset.labels()) {
            BadInputException.check(
                    label.indexOf(';') < 0,
                    "the label '"
                            + label
                            + "' has a ';', which separates text and label in a .txt file",
                    "write csv or jsonl");
        }
        Map<String, List<Sample>> splits =
                Map.of(
                        "train",
                        dataset.train(),
                        "val",
                        dataset.validation(),
                        "test",
                        dataset.test());
        splits.forEach((name, split) -> {
            for (int i = 0; i < split.size(); i++) {
                String text = split.get(i).text();
                BadInputException.check(
                        text.indexOf('\n') < 0 && text.indexOf('\r') < 0,
                        "sample %d of %s has a line break in its text '%s', which a .txt file cannot hold"
                                .formatted(i + 1, name, Rows.shortened(text)),
                        "write csv or jsonl");
            }
        });
    }

    private static void checkFree(Path folder) {
        BadInputException.check(
                !Files.exists(folder) || Files.isDirectory(folder),
                "output " + folder + " exists and is no folder",
                "name another one");
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            BadInputException.check(
                    entries.findAny().isEmpty(),
                    "output folder " + folder + " is not empty",
                    "name a new one: nothing is overwritten");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder + ": " + e.getMessage(), e);
        }
    }
}
