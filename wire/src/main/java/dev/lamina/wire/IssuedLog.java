package dev.lamina.wire;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.wire.IssuedCertificate.Role;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The CA's record of what it issued, a line each: `role name serial expiry`. With it, revoking a
/// name reaches the certificates that were replaced as well.
record IssuedLog(Path file) {
    /// A line.
    record Entry(Role role, String name, BigInteger serial, Instant expires) {
        String line() {
            return "%s %s %s %s\n"
                    .formatted(
                            role.name().toLowerCase(Locale.ROOT),
                            name,
                            Refusals.hex(serial),
                            expires);
        }
    }

    /// All entries, the oldest first.
    ///
    /// @throws BadInputException if the file is not there or is damaged
    List<Entry> entries() {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new BadInputException(
                    file + ": cannot be read (" + Pem.oneLine(e) + ")",
                    "the folder is not that of a CA, but what was copied from it to a machine");
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            entries.add(entry(lines.get(i), i + 1));
        }
        return entries;
    }

    private Entry entry(String line, int number) {
        try {
            String[] words = line.split(" ", -1);
            return new Entry(
                    Role.valueOf(words[0].toUpperCase(Locale.ROOT)),
                    words[1],
                    new BigInteger(words[2], 16),
                    Instant.parse(words[3]));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
            throw new BadInputException(
                    "%s, line %d: '%s' is damaged"
                            .formatted(file, number, Refusals.printable(line)),
                    "restore the file from a copy; a line is 'role name serial expiry'");
        }
    }

    /// Adds an entry.
    void add(Entry entry) {
        StringBuilder text = new StringBuilder();
        entries().forEach(earlier -> text.append(earlier.line()));
        AtomicFiles.writeString(file, text.append(entry.line()).toString());
    }
}
