package dev.lamina.radio;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/// Taps that fade with a Jakes spectrum.
public enum TapProfile {
    /// One tap: the isotropic channel of Clarke and Jakes, the same at all subcarriers.
    ISOTROPIC("0", "0"),
    /// Delays and powers of CDL-A, as for B to E (TR 38.901, tables 7.7.2-1 to 7.7.2-5).
    TDL_A(ClusterProfile.CDL_A),
    /// See CDL-B.
    TDL_B(ClusterProfile.CDL_B),
    /// See CDL-C.
    TDL_C(ClusterProfile.CDL_C),
    /// See CDL-D; its first tap is Ricean.
    TDL_D(ClusterProfile.CDL_D),
    /// See CDL-E, with another last delay; its first tap is Ricean.
    TDL_E(ClusterProfile.CDL_E),
    /// Fixed delays of 30 ns spread, as in tests of receivers.
    TDL_A30(
            "0 10 15 20 25 50 65 75 105 135 150 290",
            "-15.5 0 -5.1 -5.1 -9.6 -8.2 -13.1 -11.5 -11 -16.2 -16.6 -26.2"),
    /// Fixed delays of 100 ns spread.
    TDL_B100(
            "0 10 20 30 35 45 55 120 170 245 330 480",
            "0 -2.2 -0.6 -0.6 -0.3 -1.2 -5.9 -2.2 -0.8 -6.3 -7.5 -7.1"),
    /// Fixed delays of 300 ns spread.
    TDL_C300(
            "0 65 70 190 195 200 240 325 520 1045 1510 2595",
            "-6.9 0 -7.7 -2.5 -2.4 -9.9 -8 -6.6 -7.1 -13 -14.2 -16");

    private static final double LAST_DELAY_OF_E = 20.6519;

    private final @Nullable ClusterProfile clusters;
    private final String nanoseconds;
    private final String decibels;

    TapProfile(ClusterProfile clusters) {
        this.clusters = clusters;
        nanoseconds = "";
        decibels = "";
    }

    TapProfile(String nanoseconds, String decibels) {
        clusters = null;
        this.nanoseconds = nanoseconds;
        this.decibels = decibels;
    }

    /// Delays of taps; the first of D and E has two entries, the direct wave before the scattered
    /// ones.
    ///
    /// @param spreadSeconds wanted; fixed delays ignore it
    double[] delaySeconds(double spreadSeconds) {
        if (clusters == null) {
            return numbers(nanoseconds).map(delay -> delay * 1e-9).toArray();
        }
        double[] delays = clusters.delays();
        if (clusters == ClusterProfile.CDL_E) {
            delays[delays.length - 1] = LAST_DELAY_OF_E;
        }
        return Arrays.stream(delays).map(delay -> delay * spreadSeconds).toArray();
    }

    /// Powers of the same entries, which add up to 1.
    double[] powers() {
        DoubleStream entries =
                clusters == null ? numbers(decibels) : Arrays.stream(clusters.decibels());
        double[] powers = entries.map(Decibels::power).toArray();
        double total = Arrays.stream(powers).sum();
        return Arrays.stream(powers).map(power -> power / total).toArray();
    }

    /// Whether the first entry is a direct wave.
    boolean direct() {
        return clusters != null && clusters.direct();
    }

    private static DoubleStream numbers(String line) {
        return Arrays.stream(line.split(" ", -1)).mapToDouble(Double::parseDouble);
    }
}
