package dev.lamina.app;

import dev.lamina.base.BadInputException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Numbers with or without a unit, as flags take them: `3.5GHz`, `180e3`, `0.5ms`.
final class Quantities {
    /// A carrier below this is meant in GHz: no carrier is that low in Hz, nor that high in GHz.
    private static final double LEAST_HERTZ = 1000;

    private static final SequencedMap<String, Integer> HERTZ = units("hz");
    private static final SequencedMap<String, Integer> SECONDS = units("s");

    private Quantities() {}

    /// A frequency; a plain number is in Hz.
    static double hertz(String flag, String text) {
        return parse(flag, text, HERTZ, "180e3 or 180kHz");
    }

    /// A carrier; a plain number below 1000 is in GHz, from 1000 on in Hz.
    static double carrierHertz(String flag, String text) {
        double value = parse(flag, text, HERTZ, "3.5 (GHz), 3.5e9 (Hz) or 3.5GHz");
        boolean plain = Character.isDigit(text.strip().charAt(text.strip().length() - 1));
        return plain && Math.abs(value) < LEAST_HERTZ ? value * 1e9 : value;
    }

    /// A time; a plain number is in seconds.
    static double seconds(String flag, String text) {
        return parse(flag, text, SECONDS, "1e-7 or 100ns");
    }

    /// A plain number.
    static double number(String flag, String text) {
        return parse(flag, text, new LinkedHashMap<>(), "for example 20");
    }

    /// How many threads `--threads` asks for.
    ///
    /// @param given null for all cores
    static int threads(@Nullable Integer given) {
        int threads = given == null ? Runtime.getRuntime().availableProcessors() : given;
        BadInputException.check(
                threads >= 1 && threads <= 1024,
                "--threads " + threads,
                "take between 1 and 1024.");
        return threads;
    }

    private static double parse(
            String flag, String text, SequencedMap<String, Integer> units, String example) {
        String number = text.strip();
        String lower = number.toLowerCase(Locale.ROOT);
        int powerOfTen = 0;
        for (Map.Entry<String, Integer> unit : units.entrySet()) {
            if (lower.endsWith(unit.getKey())) {
                number = number.substring(0, number.length() - unit.getKey().length()).strip();
                powerOfTen = unit.getValue();
                break;
            }
        }
        try {
            double plain = Double.parseDouble(number);
            // 300ns is 300e-9, to the bit, which the product of 300 and 1e-9 is not
            double value =
                    Double.isFinite(plain) && plain != 0
                            ? new BigDecimal(number).scaleByPowerOfTen(powerOfTen).doubleValue()
                            : plain;
            boolean isNumber = number.matches("[-+0-9.eE]+") && Double.isFinite(value);
            BadInputException.check(
                    isNumber, flag + " " + text + " is no number", example(example));
            return value;
        } catch (NumberFormatException e) {
            throw new BadInputException(flag + " " + text + " is no number", example(example));
        }
    }

    private static String example(String example) {
        return "write " + example;
    }

    /// Longest first, so that `ms` is not taken for `s`.
    private static SequencedMap<String, Integer> units(String unit) {
        SequencedMap<String, Integer> units = new LinkedHashMap<>();
        units.put("g" + unit, 9);
        units.put("k" + unit, 3);
        units.put("n" + unit, -9);
        units.put("u" + unit, -6);
        units.put("µ" + unit, -6);
        // "m" is mega in frequencies, milli in times
        units.put("m" + unit, unit.equals("hz") ? 6 : -3);
        units.put(unit, 0);
        return units;
    }
}
