package dev.lamina.edge;

import dev.lamina.base.BadInputException;

/// Checks of numbers and names that come from profile files.
final class Checks {
    private Checks() {}

    static void positive(String what, double value) {
        BadInputException.check(
                value > 0 && Double.isFinite(value),
                what + " is " + value,
                "give it a positive number, in the unit of its name");
    }

    static void positive(String what, long value) {
        BadInputException.check(
                value > 0,
                what + " is " + value,
                "give it a positive number, in the unit of its name");
    }

    static void notNegative(String what, double value) {
        BadInputException.check(
                value >= 0 && Double.isFinite(value),
                what + " is " + value,
                "give it 0 or a positive number");
    }

    static void named(String what, String name) {
        BadInputException.check(!name.isBlank(), what + " has no name", "give it one");
    }
}
