package dev.lamina.data;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/// Reads `.csv` and `.tsv`. The first record is a header where the columns are given by name, or
/// where it has the usual names of both (of one, if there are two columns); otherwise there must be
/// two columns, text and label.
final class DelimitedRows {
    private static final int MAX_RECORD_CHARS = 2 * Utf8Lines.MAX_LINE_BYTES;

    private final Utf8Lines lines;
    private final char delimiter;
    private final Columns columns;
    private final List<String> notes = new ArrayList<>();
    private int text = 0;
    private int label = 1;
    private int width;

    private DelimitedRows(Utf8Lines lines, char delimiter, Columns columns) {
        this.lines = lines;
        this.delimiter = delimiter;
        this.columns = columns;
    }

    static Rows read(Path file, Utf8Lines lines, char delimiter, Columns columns) {
        var reader = new DelimitedRows(lines, delimiter, columns);
        return new Rows(file, reader.rows(file), List.copyOf(reader.notes));
    }

    private List<Rows.Row> rows(Path file) {
        var rows = new ArrayList<Rows.Row>();
        // blank lines are kept as records so that line numbers can be counted
        CSVFormat format =
                CSVFormat.RFC4180
                        .builder()
                        .setDelimiter(delimiter)
                        .setIgnoreEmptyLines(false)
                        .get();
        var source = new Source(lines);
        long line = 1;
        try (CSVParser parser = CSVParser.builder().setReader(source).setFormat(format).get()) {
            Iterator<CSVRecord> records = parser.iterator();
            boolean first = true;
            for (; records.hasNext(); line = parser.getCurrentLineNumber() + 1) {
                CSVRecord record = records.next();
                source.recordEnded();
                if (record.size() == 1 && record.get(0).isBlank()) {
                    continue;
                }
                if (first) {
                    first = false;
                    width = record.size();
                    if (header(file, record, line)) {
                        continue;
                    }
                }
                rows.add(row(record, line));
            }
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof CSVException malformed) {
                throw lines.at(
                        line,
                        "malformed record: " + malformed.getMessage(),
                        "a quote inside a quoted field is not doubled, or one is not closed");
            }
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file + ": " + e.getMessage(), e);
        }
        return rows;
    }

    private Rows.Row row(CSVRecord record, long line) {
        if (record.size() != width) {
            throw lines.at(
                    line,
                    record.size() + " column(s) instead of " + width,
                    "a field with the delimiter or a quote in it is not put in quotes");
        }
        return Rows.row(lines, line, record.get(text), record.get(label));
    }

    /// Whether the first record is a header; sets the two columns either way.
    private boolean header(Path file, CSVRecord record, long line) {
        var header = new Header(record.toList());
        int foundText = find(header, columns.text(), header.usualText(), line);
        int foundLabel = find(header, columns.label(), header.usualLabel(), line);
        boolean one = (foundText == Header.NONE) != (foundLabel == Header.NONE);
        if (one && width == 2) {
            foundText = foundText == Header.NONE ? 1 - foundLabel : foundText;
            foundLabel = 1 - foundText;
            notes.add(
                    "%s: took the columns '%s' and '%s' for text and label"
                            .formatted(
                                    file,
                                    header.names().get(foundText),
                                    header.names().get(foundLabel)));
        }
        if (foundText != Header.NONE && foundLabel != Header.NONE) {
            if (foundText == foundLabel) {
                throw lines.at(
                        line,
                        "the column '"
                                + header.names().get(foundText)
                                + "' is text and label at once",
                        header.maybe(null));
            }
            text = foundText;
            label = foundLabel;
            return true;
        }
        if (columns.given() || width != 2) {
            throw lines.at(
                    line,
                    width + " column(s), and it is not clear which are text and label",
                    width == 1
                            ? "the fields are not separated by "
                                    + (delimiter == ',' ? "commas" : "tabs")
                            : header.maybe(null));
        }
        notes.add(
                file
                        + ": no header; took the first column for the text and the second for the label");
        return false;
    }

    private int find(Header header, @Nullable String wanted, int usual, long line) {
        if (wanted == null) {
            return usual;
        }
        int found = header.named(wanted);
        if (found == Header.NONE) {
            throw lines.at(
                    line, "no column '" + wanted + "' in " + header.names(), header.maybe(wanted));
        }
        return found;
    }

    /// The checked lines as characters, with a bound on the length of a record: a quote that is
    /// never closed must not collect the whole file.
    private static final class Source extends Reader {
        private final Utf8Lines lines;
        private String line = "";
        private int position;
        private long sinceRecord;

        Source(Utf8Lines lines) {
            this.lines = lines;
        }

        void recordEnded() {
            sinceRecord = 0;
        }

        @Override
        public int read(char[] target, int offset, int length) {
            if (position == line.length()) {
                String next = lines.nextWithEnd();
                if (next == null) {
                    return -1;
                }
                line = next;
                position = 0;
                sinceRecord += line.length();
                if (sinceRecord > MAX_RECORD_CHARS) {
                    throw lines.at(
                            lines.number(),
                            "a record longer than " + MAX_RECORD_CHARS + " characters",
                            "a quote before this line is not closed");
                }
            }
            int count = Math.min(length, line.length() - position);
            line.getChars(position, position + count, target, offset);
            position += count;
            return count;
        }

        @Override
        public void close() {}
    }
}
