package dev.lamina.cell;

import dev.lamina.base.BadInputException;

/// Checks of numbers that come from outside.
final class Checks {
    private Checks() {}

    static void positive(String what, double value) {
        BadInputException.check(
                value > 0 && Double.isFinite(value),
                what + " is " + value,
                "give it a positive number, in the unit of its name");
    }

    static void notNegative(String what, double value) {
        BadInputException.check(
                value >= 0 && Double.isFinite(value),
                what + " is " + value,
                "give it 0 or a positive number");
    }

    static void between(String what, double value, double least, double most) {
        BadInputException.check(
                value >= least && value <= most,
                what + " is " + value,
                "give it a number from " + least + " to " + most);
    }

    static void finite(String what, double value) {
        BadInputException.check(Double.isFinite(value), what + " is " + value, "give it a number");
    }

    static void sameSize(String what, int size, int devices) {
        BadInputException.check(
                size == devices,
                "%d %s for %d devices".formatted(size, what, devices),
                "give one for each device");
    }
}
