package dev.lamina.bench;

import dev.lamina.edge.Profiles;
import dev.lamina.edge.ServerProfile;
import dev.lamina.nn.Tensors;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.ServerProbe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Whether one constant turns the latency model's floating-point operations into this machine's
/// times: steps of several shapes are timed in turn. The constant is the one whose worst error is
/// least.
///
/// @param flopsPerSecond the constant
/// @param cases the shapes
/// @param worstError greatest deviation of a predicted time from the measured one, as a share of it
/// @param worstErrorOfWork the same with what is bound by memory counted too, and a constant of its
///   own
public record Calibration(
        double flopsPerSecond, List<Case> cases, double worstError, double worstErrorOfWork) {
    private static final int ROUNDS = 8;
    private static final List<String> SHAPES =
            List.of(
                    "shape:6x384x12@32",
                    "shape:6x384x12@128",
                    "shape:12x384x12@64",
                    "shape:4x512x8@128",
                    "shape:3x768x12@128");

    /// A shape.
    ///
    /// @param shape `shape:LAYERSxHIDDENxHEADS@TOKENS`; one block of it is on the device
    /// @param gigaflops of a step on the server (derived)
    /// @param seconds least of the measured times, which others on the machine disturb least
    /// @param predictedSeconds by the constant
    public record Case(String shape, double gigaflops, double seconds, double predictedSeconds) {}

    /// Measures.
    ///
    /// @param threads cores for each operation
    public static Calibration run(int threads, long seed) {
        Tensors.useThreads(threads);
        List<ServerProbe> probes = new ArrayList<>();
        try {
            List<List<Double>> seconds = new ArrayList<>();
            for (String shape : SHAPES) {
                probes.add(probe(shape, threads, seed));
                seconds.add(new ArrayList<>());
            }
            for (int i = 0; i <= ROUNDS; i++) {
                for (int k = 0; k < probes.size(); k++) {
                    double time = probes.get(k).inTurn();
                    if (i > 0) { // the first warms up
                        seconds.get(k).add(time);
                    }
                }
            }
            List<Double> least = seconds.stream().map(times -> Collections.min(times)).toList();
            Fit flops = Fit.of(probes.stream().map(ServerProbe::stepFlops).toList(), least);
            Fit work = Fit.of(probes.stream().map(ServerProbe::stepWork).toList(), least);
            List<Case> cases = new ArrayList<>();
            for (int k = 0; k < probes.size(); k++) {
                double operations = probes.get(k).stepFlops();
                cases.add(
                        new Case(
                                SHAPES.get(k),
                                operations / 1e9,
                                least.get(k),
                                operations / flops.rate()));
            }
            return new Calibration(
                    flops.rate(), List.copyOf(cases), flops.worstError(), work.worstError());
        } finally {
            probes.forEach(ServerProbe::close);
        }
    }

    /// The rate in the middle of the slowest and the fastest, which makes the worst error least.
    private record Fit(double rate, double worstError) {
        static Fit of(List<Double> operations, List<Double> seconds) {
            double least = Double.POSITIVE_INFINITY;
            double most = 0;
            for (int k = 0; k < seconds.size(); k++) {
                double rate = operations.get(k) / seconds.get(k);
                least = Math.min(least, rate);
                most = Math.max(most, rate);
            }
            double rate = (least + most) / 2;
            return new Fit(rate, most / rate - 1);
        }
    }

    private static ServerProbe probe(String shape, int threads, long seed) {
        int at = shape.indexOf('@');
        FinetuneSpec spec =
                SflSpecs.shared(
                        shape.substring(0, at),
                        Profiles.devices(1),
                        new ServerProfile("here", 1, 1, 1L << 50, 0, 1),
                        List.of(1),
                        16,
                        Integer.parseInt(shape.substring(at + 1)),
                        seed,
                        threads);
        return new ServerProbe(spec, SflSpecs.CLASSES);
    }
}
