package dev.lamina.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Resident memory of this process, as Linux tells it.
public final class Resident {
    private static final Path STATUS = Path.of("/proc/self/status");

    private Resident() {}

    /// Bytes; 0 where the system does not tell.
    public static long bytes() {
        try {
            for (String line :
                    Files.exists(STATUS)
                            ? Files.readAllLines(STATUS)
                            : java.util.List.<String>of()) {
                if (line.startsWith("VmRSS:")) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            return 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
