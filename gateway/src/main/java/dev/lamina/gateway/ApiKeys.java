package dev.lamina.gateway;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who may ask: keys, of which only SHA-256 hashes are kept. Keys are long random texts, for which
/// a fast hash is enough. All are compared, each in constant time.
public final class ApiKeys {
    /// Everybody may ask.
    public static final ApiKeys NONE = new ApiKeys(List.of());

    private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final int SHORTEST = 16;
    private static final String SCHEME = "Bearer ";

    private final List<byte[]> hashes;

    private ApiKeys(List<byte[]> hashes) {
        this.hashes = List.copyOf(hashes);
    }

    /// Keys that are given.
    ///
    /// @param entries keys of 16 characters or more, or `sha256:` and the hash in 64 hexadecimal
    ///   digits
    /// @throws BadInputException if one is neither
    public static ApiKeys of(List<String> entries) {
        List<byte[]> hashes = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            String entry = entries.get(i);
            if (HASH.matcher(entry).matches()) {
                hashes.add(HexFormat.of().parseHex(entry.substring("sha256:".length())));
            } else {
                BadInputException.check(
                        entry.length() >= SHORTEST && !entry.startsWith("sha256:"),
                        "API key " + (i + 1) + " is neither a key nor a hash",
                        "take " + SHORTEST + " characters or more, or sha256: and 64 digits");
                hashes.add(sha256(entry));
            }
        }
        return new ApiKeys(hashes);
    }

    /// A file with a key or hash on each line; empty lines and lines with `#` do not count.
    ///
    /// @throws BadInputException if it cannot be read, or has no key
    public static ApiKeys read(Path file) {
        try {
            ApiKeys keys =
                    of(
                            Files.readAllLines(file).stream()
                                    .map(String::strip)
                                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                                    .toList());
            BadInputException.check(
                    keys.asked(), file + " has no key", "write one on a line of its own");
            return keys;
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read the API keys " + file, "it is mistyped, or another user's");
        }
    }

    /// Whether a key is asked for at all.
    boolean asked() {
        return !hashes.isEmpty();
    }

    /// Whether a request with this header may pass.
    ///
    /// @param authorization `Bearer KEY`; null if there is none
    boolean accept(@Nullable String authorization) {
        if (!asked()) {
            return true;
        }
        if (authorization == null
                || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] hash = sha256(authorization.substring(SCHEME.length()).strip());
        boolean found = false;
        for (byte[] known : hashes) {
            found |= MessageDigest.isEqual(known, hash);
        }
        return found;
    }

    private static byte[] sha256(String key) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every JDK has it
        }
    }
}
