package dev.lamina.radio;

import dev.lamina.base.BadInputException;
import java.util.List;
import java.util.random.RandomGenerator;

/// How fast users are.
public sealed interface Speeds {
    /// Each speed for as many tracks in a row, or nearly so.
    ///
    /// @param kmh one or more
    record Listed(List<Double> kmh) implements Speeds {
        public Listed {
            kmh = List.copyOf(kmh);
            BadInputException.check(
                    !kmh.isEmpty(), "an empty list of speeds", "give at least one, in km/h.");
            kmh.forEach(Speeds::check);
        }
    }

    /// Uniform in a range, differently for each track.
    record Range(double lowestKmh, double highestKmh) implements Speeds {
        public Range {
            check(lowestKmh);
            check(highestKmh);
            BadInputException.check(
                    lowestKmh <= highestKmh,
                    "speeds from " + lowestKmh + " to " + highestKmh + " km/h",
                    "give the lower one first.");
        }
    }

    /// The speed of a track.
    default double kmh(int track, int tracks, RandomGenerator random) {
        return switch (this) {
            case Listed listed ->
                    listed.kmh().get((int) ((long) track * listed.kmh().size() / tracks));
            case Range range ->
                    range.lowestKmh()
                            + (range.highestKmh() - range.lowestKmh()) * random.nextDouble();
        };
    }

    private static void check(double kmh) {
        BadInputException.check(
                kmh >= 0 && kmh <= 1_000,
                "a speed of " + kmh + " km/h",
                "take one from 0 to 1,000 km/h.");
    }
}
