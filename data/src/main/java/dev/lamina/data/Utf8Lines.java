package dev.lamina.data;

import dev.lamina.base.BadInputException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The lines of a UTF-8 file, read as a stream, with their numbers. Refuses what is not text: NUL
/// bytes, invalid UTF-8, lines longer than 1 MiB. A byte order mark is skipped; LF and CRLF end a
/// line.
final class Utf8Lines implements Closeable {
    static final int MAX_LINE_BYTES = 1 << 20;

    private final Path path;
    private final InputStream in;
    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8.newDecoder(); // reports what is malformed
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private byte[] line = new byte[1 << 10];
    private int number;

    Utf8Lines(Path path) {
        this.path = path;
        try {
            this.in = Files.newInputStream(path);
        } catch (AccessDeniedException e) {
            throw new BadInputException(
                    "data file " + path + " may not be read", "its permissions are too strict");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + path + ": " + e.getMessage(), e);
        }
    }

    /// Number of the line that was returned last, from 1.
    int number() {
        return number;
    }

    /// The next line without its end, or null after the last.
    @Nullable String next() {
        String text = nextWithEnd();
        if (text == null) {
            return null;
        }
        int end = text.length();
        if (end > 0 && text.charAt(end - 1) == '\n') {
            end--;
            if (end > 0 && text.charAt(end - 1) == '\r') {
                end--;
            }
        }
        return text.substring(0, end);
    }

    /// The next line with LF or CRLF as it stands in the file, or null after the last.
    @Nullable String nextWithEnd() {
        int length = 0;
        while (true) {
            if (position == limit && !fill()) {
                return length == 0 ? null : decode(length);
            }
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            boolean complete = end < limit;
            int part = (complete ? end + 1 : end) - position;
            if (length + part > MAX_LINE_BYTES) {
                throw at(
                        number + 1,
                        "the line is longer than " + MAX_LINE_BYTES + " bytes",
                        "the file is not text with a sample on each line");
            }
            if (length + part > line.length) {
                line = Arrays.copyOf(line, Math.max(length + part, 2 * line.length));
            }
            System.arraycopy(buffer, position, line, length, part);
            length += part;
            position += part;
            if (complete) {
                return decode(length);
            }
        }
    }

    /// Bad input at a line of this file.
    BadInputException at(long lineNumber, String problem, String maybe) {
        return new BadInputException(path + ":" + lineNumber + ": " + problem, maybe);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + path + ": " + e.getMessage(), e);
        }
    }

    private String decode(int length) {
        number++;
        for (int i = 0; i < length; i++) {
            if (line[i] == 0) {
                throw at(
                        number,
                        "a NUL byte: the file is not UTF-8 text",
                        "it is binary, or UTF-16: convert it with iconv -f UTF-16 -t UTF-8");
            }
        }
        boolean mark =
                number == 1
                        && length >= 3
                        && line[0] == (byte) 0xEF
                        && line[1] == (byte) 0xBB
                        && line[2] == (byte) 0xBF;
        int start = mark ? 3 : 0;
        try {
            return decoder.decode(ByteBuffer.wrap(line, start, length - start)).toString();
        } catch (CharacterCodingException e) {
            throw at(
                    number,
                    "invalid UTF-8",
                    "the file is Latin-1; convert it with iconv -f ISO-8859-1 -t UTF-8");
        }
    }

    private boolean fill() {
        try {
            position = 0;
            limit = Math.max(0, in.read(buffer));
            return limit > 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }
}
