package dev.lamina.cell;

import dev.lamina.radio.PathLosses;
import dev.lamina.radio.Scenario;

/// Mean loss between station and device over distance. The two urban models are those of 3GPP TR
/// 38.901 ([PathLosses]), for a device 1.5 m above ground outdoors; the environment's height in the
/// breakpoint is 1 m.
public sealed interface PathLoss {
    /// Height of a device.
    double DEVICE_METRES = 1.5;

    /// Probability that station and device see each other.
    ///
    /// @param metres distance on the ground
    double lineOfSightProbability(double metres);

    /// The loss in dB.
    ///
    /// @param metres distance on the ground
    double decibels(double metres, double carrierHertz, boolean lineOfSight);

    /// Standard deviation of the shadowing in dB that belongs to the model.
    double shadowingDecibels(boolean lineOfSight);

    /// Range of distances in metres, least and most, in which the model holds.
    default double leastMetres() {
        return 10;
    }

    /// See [#leastMetres()].
    default double mostMetres() {
        return 5_000;
    }

    /// Urban macro cell, station at 25 m.
    record UrbanMacro() implements PathLoss {
        @Override
        public double lineOfSightProbability(double metres) {
            return PathLosses.lineOfSightProbability(Scenario.URBAN_MACRO, metres, DEVICE_METRES);
        }

        @Override
        public double decibels(double metres, double carrierHertz, boolean lineOfSight) {
            return PathLosses.of(Scenario.URBAN_MACRO, carrierHertz)
                    .decibels(lineOfSight, metres, DEVICE_METRES);
        }

        @Override
        public double shadowingDecibels(boolean lineOfSight) {
            return PathLosses.shadowingDecibels(Scenario.URBAN_MACRO, lineOfSight);
        }
    }

    /// Urban micro cell (street canyon), station at 10 m.
    record UrbanMicro() implements PathLoss {
        @Override
        public double lineOfSightProbability(double metres) {
            return PathLosses.lineOfSightProbability(Scenario.URBAN_MICRO, metres, DEVICE_METRES);
        }

        @Override
        public double decibels(double metres, double carrierHertz, boolean lineOfSight) {
            return PathLosses.of(Scenario.URBAN_MICRO, carrierHertz)
                    .decibels(lineOfSight, metres, DEVICE_METRES);
        }

        @Override
        public double shadowingDecibels(boolean lineOfSight) {
            return PathLosses.shadowingDecibels(Scenario.URBAN_MICRO, lineOfSight);
        }
    }

    /// A power law: the loss at 1 m plus 10 n lg d.
    ///
    /// @param referenceDecibels at 1 m
    /// @param exponent n, 2 in free space
    record Exponent(double referenceDecibels, double exponent) implements PathLoss {
        public Exponent {
            Checks.between("referenceDecibels", referenceDecibels, -200, 400);
            Checks.between("exponent", exponent, 0, 10);
        }

        @Override
        public double lineOfSightProbability(double metres) {
            return 1;
        }

        @Override
        public double decibels(double metres, double carrierHertz, boolean lineOfSight) {
            return referenceDecibels + 10 * exponent * Math.log10(metres);
        }

        @Override
        public double shadowingDecibels(boolean lineOfSight) {
            return 0;
        }

        @Override
        public double leastMetres() {
            return 1e-3;
        }

        @Override
        public double mostMetres() {
            return 1e6;
        }
    }
}
