package dev.lamina.radio;

import dev.lamina.base.BadInputException;

/// Where the formulas of TR 38.901 hold.
final class Ranges {
    static final double LEAST_CARRIER_HERTZ = 0.5e9;
    static final double MOST_CARRIER_HERTZ = 100e9;

    private Ranges() {}

    static void carrier(double hertz) {
        BadInputException.check(
                hertz >= LEAST_CARRIER_HERTZ && hertz <= MOST_CARRIER_HERTZ,
                "carrier of " + hertz + " Hz",
                "take one from 0.5e9 to 100e9: TR 38.901 has no tables beyond");
    }

    static void between(String what, double value, double least, double most) {
        BadInputException.check(
                value >= least && value <= most,
                what + " is " + value,
                "take a number from " + least + " to " + most);
    }
}
