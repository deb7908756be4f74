package dev.lamina.app;

import java.util.Locale;

/// Round steps for axes, and numbers as axes and bars show them.
final class Ticks {
    private Ticks() {}

    /// The smallest of 1, 2, 5 times a power of ten that divides a span into at most `most` parts.
    ///
    /// @param span more than 0
    static double step(double span, int most) {
        double power = Math.pow(10, Math.floor(Math.log10(span / most)));
        for (double factor : new double[] {1, 2, 5}) {
            if (span / (factor * power) <= most * (1 + 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /// A number in at most four significant digits, or as a whole number up to a million; without
    /// trailing zeros. The same in all locales.
    static String text(double value) {
        double size = Math.abs(value);
        if (value == 0) {
            return "0";
        }
        if (!Double.isFinite(value)) {
            return "-";
        }
        if (size >= 999_999.5 || size < 0.99995e-3) {
            String text = String.format(Locale.ROOT, "%.2e", value);
            int e = text.indexOf('e');
            return plain(text.substring(0, e)) + "e" + Integer.parseInt(text.substring(e + 1));
        }
        int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
        return plain(String.format(Locale.ROOT, "%." + decimals + "f", value));
    }

    private static String plain(String number) {
        return number.contains(".") ? number.replaceAll("\\.?0+$", "") : number;
    }
}
