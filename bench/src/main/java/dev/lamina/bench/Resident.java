package dev.lamina.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Resident memory of processes, as Linux tells it.
public final class Resident {
    private Resident() {}

    /// Bytes now; 0 where the system does not tell.
    public static long bytes() {
        return status("self", "VmRSS:");
    }

    /// Bytes of another process now; 0 where the system does not tell, or it has ended.
    static long bytes(long pid) {
        return status(String.valueOf(pid), "VmRSS:");
    }

    /// Most bytes since the start, or since [#resetPeak()]; 0 where the system does not tell.
    static long peakBytes() {
        return status("self", "VmHWM:");
    }

    /// Begins a new peak.
    static void resetPeak() {
        try {
            Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        } catch (IOException e) {
            throw new UncheckedIOException("this system does not measure peaks anew", e);
        }
    }

    /// Gives back what the heap holds and nobody needs.
    static void collect() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
    }

    private static long status(String process, String key) {
        Path status = Path.of("/proc", process, "status");
        try {
            List<String> lines = Files.exists(status) ? Files.readAllLines(status) : List.of();
            for (String line : lines) {
                if (line.startsWith(key)) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            return 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
