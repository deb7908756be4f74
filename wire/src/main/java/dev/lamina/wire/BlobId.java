package dev.lamina.wire;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Bytes known by what they are: whoever has an id can check what he got for it.
///
/// @param sha256 of the content, 64 lower-case hexadecimal digits
/// @param bytes length of the content
public record BlobId(String sha256, long bytes) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int SHOWN_DIGITS = 12;

    /// @throws BadInputException if it is no id
    public BlobId {
        if (!SHA256.matcher(sha256).matches()) { // not shown: it may be anything
            throw new BadInputException(
                    "a SHA-256 is not 64 lower-case hexadecimal digits",
                    "the peer is not a Lamina of this version.");
        }
        BadInputException.check(
                bytes >= 0,
                "a blob of " + Long.toUnsignedString(bytes) + " bytes",
                "the peer is not a Lamina of this version.");
    }

    /// The id of a file's content.
    public static BlobId of(Path file) throws IOException {
        MessageDigest digest = newDigest();
        long bytes = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                bytes += n;
            }
        }
        return new BlobId(hex(digest), bytes);
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /// Short, for messages.
    @Override
    public String toString() {
        return sha256.substring(0, SHOWN_DIGITS) + "… (" + bytes + " bytes)";
    }
}
