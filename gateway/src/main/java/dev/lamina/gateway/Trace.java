package dev.lamina.gateway;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a request stands in a trace (W3C Trace Context, level 1).
///
/// @param traceId 32 hexadecimal digits
/// @param spanId of the gateway's span, 16 digits
/// @param parentId of the client's span; null if it sent none
/// @param sampled whether the client records it
record Trace(String traceId, String spanId, @Nullable String parentId, boolean sampled) {
    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    // identifiers, which no result depends on
    private static final SecureRandom IDS = new SecureRandom();
    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_SPAN = "0".repeat(16);

    /// Goes on with the client's trace, or begins one if the header is missing or broken.
    static Trace of(@Nullable String header) {
        var matcher = header == null ? null : FORM.matcher(header);
        if (matcher == null
                || !matcher.matches()
                || matcher.group(1).equals("ff")
                || (matcher.group(1).equals("00") && matcher.group(5) != null)
                || matcher.group(2).equals(NO_TRACE)
                || matcher.group(3).equals(NO_SPAN)) {
            return new Trace(id(16), id(8), null, true);
        }
        boolean sampled = (Integer.parseInt(matcher.group(4), 16) & 1) == 1;
        return new Trace(matcher.group(2), id(8), matcher.group(3), sampled);
    }

    /// The header for those who are asked on.
    String header() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }

    static String id(int bytes) {
        byte[] id = new byte[bytes];
        IDS.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
