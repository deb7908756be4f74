package dev.lamina.wire;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.Locale;

/// How certificates are named in logs and messages.
final class Refusals {
    private static final int LONGEST = 200;

    private Refusals() {}

    /// Text from a peer, made safe for a log: one line of plain characters, not too long.
    static String printable(String text) {
        String plain = text.replaceAll("[^ -~]", "?");
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "...";
    }

    /// The sentence for the log.
    static String sentence(X509Certificate certificate, String reason) {
        return "refused '%s' (serial %s): %s"
                .formatted(
                        printable(certificate.getSubjectX500Principal().getName()),
                        printable(hex(certificate.getSerialNumber())),
                        reason);
    }

    static String hex(BigInteger serial) {
        return serial.toString(16).toLowerCase(Locale.ROOT);
    }
}
