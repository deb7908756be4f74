package dev.lamina.app;

import java.time.Duration;

/// Durations as people read them.
final class Durations {
    private Durations() {}

    /// `0.8 s`, `42 s`, `3 min 07 s`, `2 h 05 min`.
    static String text(Duration duration) {
        double seconds = duration.toMillis() / 1000.0;
        if (seconds < 10) {
            return "%.1f s".formatted(seconds);
        }
        long whole = Math.round(seconds);
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3600
                ? "%d min %02d s".formatted(whole / 60, whole % 60)
                : "%d h %02d min".formatted(whole / 3600, whole % 3600 / 60);
    }

    static String text(double seconds) {
        return text(Duration.ofMillis(Math.round(seconds * 1000)));
    }

    /// With three digits below 100 s: `0.0412 s`, `4.37 s`, `3 min 07 s`.
    static String precise(double seconds) {
        return seconds < 100 ? "%.3g s".formatted(seconds) : text(seconds);
    }
}
