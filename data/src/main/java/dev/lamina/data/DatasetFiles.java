package dev.lamina.data;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import tools.jackson.databind.json.JsonMapper;

/// Writes data sets as folders that [TextDatasets] reads again.
public final class DatasetFiles {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SERVER = "server";
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

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

    /// Writes what each machine of a run holds into a folder, which appears when it is complete:
    /// `DEVICE.jsonl` with the samples of each device, for [TextDatasets#samples], and the folder
    /// `server`, with validation and test samples and the classes, for [TextDatasets#heldOut].
    /// Texts, labels, their order and that of the classes are read back as they were.
    ///
    /// @param devices names of the devices
    /// @param shards samples of each
    /// @param columns keys that hold text and label: `text` and `label` where they are null
    /// @param folder is created; may exist if it is empty
    /// @throws BadInputException if the folder is in use, a device's name is no name for a file or
    ///   given twice, or a text is too long
    public static void writeShards(
            TextDataset dataset,
            List<String> devices,
            List<List<Sample>> shards,
            Columns columns,
            Path folder) {
        checkFree(folder);
        checkNames(devices);
        AtomicFiles.writeDirectory(
                folder,
                temporary -> {
                    for (int u = 0; u < devices.size(); u++) {
                        writeLines(
                                dataset.labels(),
                                shards.get(u),
                                columns,
                                temporary.resolve(devices.get(u) + ".jsonl"));
                    }
                    Path server = Files.createDirectory(temporary.resolve(SERVER));
                    List<String> labels = dataset.labels();
                    writeLines(labels, dataset.validation(), columns, server.resolve("val.jsonl"));
                    writeLines(labels, dataset.test(), columns, server.resolve("test.jsonl"));
                    Files.write(server.resolve(TextDatasets.LABELS_FILE), labels);
                });
    }

    /// Names of files on any machine, on some of which `A` is `a`.
    private static void checkNames(List<String> devices) {
        Set<String> seen = new HashSet<>();
        for (String device : devices) {
            BadInputException.check(
                    FILE_NAME.matcher(device).matches(),
                    "the device's name '" + Rows.shortened(device) + "' is no name for a file",
                    "write it with letters, digits, '-', '_' and '.', as camera-1");
            BadInputException.check(
                    seen.add(device.toLowerCase(Locale.ROOT)),
                    "two devices have the name '" + device + "'",
                    "give each a name of its own, or one entry with a count");
        }
    }

    private static void writeLines(
            List<String> labels, List<Sample> samples, Columns columns, Path file)
            throws IOException {
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            writeLines(labels, samples, columns, writer);
        }
    }

    private static void writeLines(
            List<String> labels, List<Sample> samples, Columns columns, Writer writer)
            throws IOException {
        String text = columns.text() == null ? "text" : columns.text();
        String label = columns.label() == null ? "label" : columns.label();
        for (Sample sample : samples) {
            Map<String, String> object = new LinkedHashMap<>();
            object.put(text, sample.text());
            object.put(label, labels.get(sample.label()));
            String line = JSON.writeValueAsString(object) + "\n";
            BadInputException.check(
                    line.getBytes(StandardCharsets.UTF_8).length <= Utf8Lines.MAX_LINE_BYTES,
                    "the text '%s' takes more than the %d bytes that a line may have"
                            .formatted(Rows.shortened(sample.text()), Utf8Lines.MAX_LINE_BYTES),
                    "a quote is not closed in the data, or the text should be cut");
            writer.write(line);
        }
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
                case JSONL -> writeLines(labels, split, Columns.DETECT, writer);
            }
        }
    }

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
