package dev.lamina.cell;

/// Mean loss between station and device over distance. The two urban models are those of 3GPP TR
/// 38.901, tables 7.4.1-1 (loss, shadowing) and 7.4.2-1 (line of sight), for a device 1.5 m above
/// ground outdoors; the environment's height in the breakpoint is 1 m.
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
        private static final double STATION_METRES = 25;

        @Override
        public double lineOfSightProbability(double metres) {
            return seen(metres, 63); // C' is 0 for devices below 13 m
        }

        @Override
        public double decibels(double metres, double carrierHertz, boolean lineOfSight) {
            double distance = slant(metres, STATION_METRES);
            double gigahertz = 20 * Math.log10(carrierHertz / 1e9);
            double seen =
                    metres <= breakpoint(STATION_METRES, carrierHertz)
                            ? 28 + 22 * Math.log10(distance) + gigahertz
                            : 28
                                    + 40 * Math.log10(distance)
                                    + gigahertz
                                    - beyond(9, STATION_METRES, carrierHertz);
            // its term in the device's height is 0 at 1.5 m
            return lineOfSight
                    ? seen
                    : Math.max(seen, 13.54 + 39.08 * Math.log10(distance) + gigahertz);
        }

        @Override
        public double shadowingDecibels(boolean lineOfSight) {
            return lineOfSight ? 4 : 6;
        }
    }

    /// Urban micro cell (street canyon), station at 10 m.
    record UrbanMicro() implements PathLoss {
        private static final double STATION_METRES = 10;

        @Override
        public double lineOfSightProbability(double metres) {
            return seen(metres, 36);
        }

        @Override
        public double decibels(double metres, double carrierHertz, boolean lineOfSight) {
            double distance = slant(metres, STATION_METRES);
            double lgGigahertz = Math.log10(carrierHertz / 1e9);
            double seen =
                    metres <= breakpoint(STATION_METRES, carrierHertz)
                            ? 32.4 + 21 * Math.log10(distance) + 20 * lgGigahertz
                            : 32.4
                                    + 40 * Math.log10(distance)
                                    + 20 * lgGigahertz
                                    - beyond(9.5, STATION_METRES, carrierHertz);
            return lineOfSight
                    ? seen
                    : Math.max(seen, 22.4 + 35.3 * Math.log10(distance) + 21.3 * lgGigahertz);
        }

        @Override
        public double shadowingDecibels(boolean lineOfSight) {
            return lineOfSight ? 4 : 7.82;
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

    private static double seen(double metres, double scale) {
        return metres <= 18 ? 1 : 18 / metres + Math.exp(-metres / scale) * (1 - 18 / metres);
    }

    private static double slant(double metres, double stationMetres) {
        return Math.hypot(metres, stationMetres - DEVICE_METRES);
    }

    /// d_BP = 4 (h_BS - 1 m) (h_UT - 1 m) f / c.
    private static double breakpoint(double stationMetres, double carrierHertz) {
        return 4 * (stationMetres - 1) * (DEVICE_METRES - 1) * carrierHertz / 299_792_458;
    }

    private static double beyond(double factor, double stationMetres, double carrierHertz) {
        double height = stationMetres - DEVICE_METRES;
        double metres = breakpoint(stationMetres, carrierHertz);
        return factor * Math.log10(metres * metres + height * height);
    }
}
