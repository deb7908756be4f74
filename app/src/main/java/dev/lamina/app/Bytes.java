package dev.lamina.app;

/// Amounts of data as people read them.
final class Bytes {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Bytes() {}

    /// `873 B`, `12.3 kB`, `1.23 GB`: powers of 1000, three digits.
    static String text(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return (value < 9.995 ? "%.2f %s" : value < 99.95 ? "%.1f %s" : "%.0f %s")
                .formatted(value, UNITS[unit]);
    }
}
