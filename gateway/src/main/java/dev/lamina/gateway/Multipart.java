package dev.lamina.gateway;

import dev.lamina.base.Shown;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parts of a form (RFC 7578), from a body that is in memory: nothing goes to files.
final class Multipart {
    private static final int MOST_PARTS = 32;
    private static final int MOST_HEADERS = 4096;
    private static final Pattern BOUNDARY =
            Pattern.compile("(?i)boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))");
    private static final Pattern NAME =
            Pattern.compile("(?i)[;\\s]name=(?:\"([^\"]*)\"|([^;\\s]+))");

    private Multipart() {}

    /// @param contentType as sent; empty if not
    @SuppressWarnings("ArrayRecordComponent")
    record Part(String name, String contentType, byte[] body) {}

    /// @throws ServeException BAD_INPUT if it is not such a form
    static List<Part> parse(String contentType, byte[] body) {
        Matcher matcher = BOUNDARY.matcher(contentType);
        check(matcher.find(), "the content type has no boundary");
        String boundary = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        byte[] first = bytes("--" + boundary);
        byte[] delimiter = bytes("\r\n--" + boundary);
        int at = find(body, first, 0);
        check(at == 0 || (at > 1 && body[at - 1] == '\n'), "the first boundary is missing");
        at += first.length;
        List<Part> parts = new ArrayList<>();
        while (!starts(body, at, "--")) {
            check(starts(body, at, "\r\n"), "a boundary does not end its line");
            check(parts.size() < MOST_PARTS, "more than " + MOST_PARTS + " parts");
            int headersEnd = find(body, bytes("\r\n\r\n"), at);
            check(
                    headersEnd >= 0 && headersEnd - at <= MOST_HEADERS,
                    "the headers of part " + (parts.size() + 1) + " do not end");
            int end = find(body, delimiter, headersEnd + 2);
            check(end >= 0, "the last boundary is missing");
            String headers = new String(body, at, headersEnd - at, StandardCharsets.UTF_8);
            int start = headersEnd + 4;
            parts.add(
                    part(
                            headers,
                            start > end ? new byte[0] : Arrays.copyOfRange(body, start, end)));
            at = end + delimiter.length;
        }
        return parts;
    }

    private static Part part(String headers, byte[] body) {
        String name = null;
        String type = "";
        for (String line : headers.lines().toList()) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-disposition:")) {
                Matcher matcher = NAME.matcher(line);
                if (matcher.find()) {
                    name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                }
            } else if (lower.startsWith("content-type:")) {
                type = lower.substring("content-type:".length()).strip();
            }
        }
        if (name == null) {
            throw new ServeException(
                    Reason.BAD_INPUT, "a part of the form has no name\nMaybe use an HTTP library");
        }
        return new Part(name, type, body);
    }

    private static void check(boolean condition, String problem) {
        ServeException.check(
                condition,
                "the form: " + Shown.plain(problem),
                "let a library or curl -F write it");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean starts(byte[] body, int at, String text) {
        return find(
                        Arrays.copyOfRange(
                                body, Math.min(at, body.length), Math.min(at + 2, body.length)),
                        bytes(text),
                        0)
                == 0;
    }

    /// Where the bytes stand from an index on; -1 if nowhere.
    private static int find(byte[] in, byte[] what, int from) {
        for (int i = Math.max(0, from); i <= in.length - what.length; i++) {
            if (in[i] == what[0] && Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        return -1;
    }
}
