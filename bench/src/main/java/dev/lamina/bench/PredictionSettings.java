package dev.lamina.bench;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.ChannelSpec;
import dev.lamina.radio.Presets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What [PredictionBench] does.
///
/// @param parts to run
/// @param speedsKmh of the users
/// @param usersPerSpeed tracks of each speed
/// @param snrDecibels of the sweep
/// @param timedUsers on which times are measured
/// @param warmupSeconds of each predictor before its time is taken
/// @param threads tracks side by side
/// @param seed of channels and noise
public record PredictionSettings(
        Set<Part> parts,
        List<Double> speedsKmh,
        int usersPerSpeed,
        List<Double> snrDecibels,
        int timedUsers,
        double warmupSeconds,
        int threads,
        long seed) {
    /// Of LLM4CP's test under TDD.
    public static final double SNR_DECIBELS = 18;

    /// Steps seen.
    public static final int HISTORY = 16;

    /// Steps predicted.
    public static final int HORIZON = 4;

    /// A table, or several.
    public enum Part {
        /// NMSE by speed, TDD and FDD.
        SPEED("speed"),
        /// NMSE by signal-to-noise ratio.
        SNR("snr"),
        /// NMSE in settings other than LLM4CP's.
        ZERO_SHOT("zero-shot"),
        /// Spectral efficiency.
        RATE("rate"),
        /// Times, and the share of the machine's limit.
        TIME("time");

        private final String text;

        Part(String text) {
            this.text = text;
        }

        /// Names of all of them.
        public static List<String> names() {
            return Stream.of(values()).map(Part::toString).toList();
        }

        /// The part with this name.
        ///
        /// @throws BadInputException if there is none
        public static Part parse(String name) {
            return Stream.of(values())
                    .filter(part -> part.text.equals(name))
                    .findFirst()
                    .orElseThrow(() ->
                            new BadInputException(
                                    "unknown part '" + name + "'",
                                    "take some of " + String.join(", ", names()) + "."));
        }

        @Override
        public String toString() {
            return text;
        }
    }

    public PredictionSettings {
        parts = Set.copyOf(parts);
        speedsKmh = List.copyOf(speedsKmh);
        snrDecibels = List.copyOf(snrDecibels);
        BadInputException.check(
                usersPerSpeed >= 1 && usersPerSpeed <= 10_000,
                usersPerSpeed + " users per speed",
                "take between 1 and 10000, say 5.");
        BadInputException.check(
                threads >= 1 && threads <= 1024, threads + " threads", "take between 1 and 1024.");
    }

    /// All parts; 10, 20, ..., 100 km/h.
    public static PredictionSettings full(int usersPerSpeed, int threads, long seed) {
        return new PredictionSettings(
                EnumSet.allOf(Part.class),
                Stream.iterate(10.0, kmh -> kmh <= 100, kmh -> kmh + 10).toList(),
                usersPerSpeed,
                List.of(0.0, 5.0, 10.0, 15.0, 18.0, 20.0, 25.0, 30.0),
                20,
                2,
                threads,
                seed);
    }

    /// All parts, of few channels: to see that all is well, not to quote.
    public static PredictionSettings quick(int usersPerSpeed, int threads, long seed) {
        return new PredictionSettings(
                EnumSet.allOf(Part.class),
                List.of(10.0, 50.0, 100.0),
                usersPerSpeed,
                List.of(5.0, SNR_DECIBELS, 30.0),
                3,
                0.3,
                threads,
                seed);
    }

    /// The same with other parts.
    public PredictionSettings with(Set<Part> others) {
        return new PredictionSettings(
                others,
                speedsKmh,
                usersPerSpeed,
                snrDecibels,
                timedUsers,
                warmupSeconds,
                threads,
                seed);
    }

    /// LLM4CP's setting with these users.
    ChannelSpec preset() {
        return Presets.llm4cp(speedsKmh, usersPerSpeed, seed);
    }

    boolean has(Part part) {
        return parts.contains(part);
    }
}
