package dev.lamina.data;

import dev.lamina.base.BadInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The labelled texts of one file as they stand there, before the labels become indices.
///
/// @param file where they were read
/// @param rows in the order of the file; not empty
/// @param notes what a user should know of how the file was understood
record Rows(Path file, List<Row> rows, List<String> notes) {
    /// More is taken for a text in the place of a label.
    private static final int MAX_LABEL_CHARS = 200;

    /// @param line number of the line on which the row begins
    record Row(String text, String label, long line) {}

    /// Reads a file in the format of its extension.
    ///
    /// @throws BadInputException if any line cannot be used, or there is none
    static Rows read(Path file, Columns columns) {
        DatasetFormat format = DatasetFormat.of(file);
        Rows result;
        try (var lines = new Utf8Lines(file)) {
            result =
                    switch (format) {
                        case TXT -> txt(file, lines, columns);
                        case CSV -> DelimitedRows.read(file, lines, ',', columns);
                        case TSV -> DelimitedRows.read(file, lines, '\t', columns);
                        case JSONL -> JsonRows.read(file, lines, columns);
                    };
        }
        if (result.rows.isEmpty()) {
            throw new BadInputException(
                    "data file " + file + " is empty: it holds no sample",
                    "another file was meant");
        }
        return result;
    }

    private static Rows txt(Path file, Utf8Lines lines, Columns columns) {
        if (columns.given()) {
            throw new BadInputException(
                    "columns (text %s, label %s) are given for %s, which has none"
                            .formatted(columns.text(), columns.label(), file),
                    "leave them out: a .txt file has 'text;label' on each line");
        }
        var rows = new ArrayList<Row>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.isBlank()) {
                continue;
            }
            int separator = line.lastIndexOf(';');
            if (separator < 0) {
                throw lines.at(
                        lines.number(),
                        "no ';' between text and label in '" + shortened(line) + "'",
                        "the line is broken, or the file is in another format: see "
                                + DatasetFormat.known());
            }
            rows.add(
                    row(
                            lines,
                            lines.number(),
                            line.substring(0, separator),
                            line.substring(separator + 1)));
        }
        return new Rows(file, rows, List.of());
    }

    /// A row with what holds for every format checked.
    static Row row(Utf8Lines lines, long line, String text, String label) {
        String strippedText = text.strip();
        String strippedLabel = label.strip();
        if (strippedText.isEmpty()) {
            throw lines.at(
                    line,
                    "empty text (label '" + shortened(strippedLabel) + "')",
                    "the line should go");
        }
        if (strippedLabel.isEmpty()) {
            throw lines.at(
                    line,
                    "empty label (text '" + shortened(strippedText) + "')",
                    "the sample is not labelled yet: label it or leave it out");
        }
        if (strippedLabel.length() > MAX_LABEL_CHARS
                || strippedLabel.chars().anyMatch(Character::isISOControl)) {
            throw lines.at(
                    line,
                    "the label '%s' is no name of a class: %d characters, or a control character in it"
                            .formatted(shortened(strippedLabel), strippedLabel.length()),
                    "text and label are the wrong way round");
        }
        if (notUnicode(strippedText) || notUnicode(strippedLabel)) {
            throw lines.at(
                    line,
                    "half a surrogate pair or a NUL character in the text '"
                            + shortened(strippedText)
                            + "'",
                    "an escape in it is cut in half");
        }
        return new Row(strippedText, strippedLabel, line);
    }

    /// The beginning of what a message quotes, on one line.
    static String shortened(String text) {
        String line = text.strip().replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= 60
                ? line
                : line.substring(0, line.offsetByCodePoints(0, 50)) + "...";
    }

    private static boolean notUnicode(String text) {
        return text.codePoints()
                .anyMatch(c ->
                        c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }
}
