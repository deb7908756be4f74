package dev.lamina.app;

import dev.lamina.air.PredictionTiming;
import dev.lamina.bench.PredictionResult;
import java.util.ArrayList;
import java.util.List;

/// The times of `predict bench`: of each predictor, and what a model over paths spends them on.
///
/// @param threads of what is said to run on all
record PredictTimes(PredictionResult.Timing timing, int threads) {
    List<ReportSection> sections() {
        List<List<String>> rows = new ArrayList<>();
        List<ReportSection> sections = new ArrayList<>();
        timing.times()
                .forEach((model, times) -> {
                    rows.add(
                            List.of(
                                    model,
                                    milliseconds(times.seconds()),
                                    milliseconds(PredictionResult.USERS * times.secondsOnAll())));
                    PredictionTiming.Parts parts = times.parts();
                    if (parts != null) {
                        sections.add(parts(model, times, parts));
                    }
                });
        sections.addFirst(
                new ReportSection(
                        "Time in milliseconds",
                        List.of(
                                "model",
                                "a user and slot, 1 thread",
                                "1,000 users, %d thread%s"
                                        .formatted(threads, threads == 1 ? "" : "s")),
                        rows,
                        List.of(
                                ("Measured on %d users, one after another on each thread; 1,000"
                                                + " users are that, extrapolated. A slot's prediction is all"
                                                + " steps to come.")
                                        .formatted(timing.users())),
                        List.of()));
        return sections;
    }

    private ReportSection parts(
            String model, PredictionTiming.Times times, PredictionTiming.Parts parts) {
        double all = times.seconds();
        List<List<String>> rows =
                List.of(
                        part(
                                "finding %.1f paths (closed form)".formatted(parts.paths()),
                                parts.pathSeconds(),
                                all),
                        part("their tokens (closed form)", parts.tokenSeconds(), all),
                        part("network", parts.networkSeconds(), all),
                        part("channels of the paths", parts.channelSeconds(), all));
        double gigaflops = parts.networkFlops() / 1e9;
        double wholeRate = parts.networkFlops() / times.seconds();
        double networkRate = parts.networkFlops() / parts.networkSeconds();
        double sharedRate = parts.networkFlops() / times.secondsOnAll();
        return new ReportSection(
                "Where %s spends its time, of a user on 1 thread".formatted(model),
                List.of("part", "ms", "share"),
                rows,
                List.of(
                        "The network is %.4f GFLOP a user; 1,000 users and one slot are %.1f GFLOP."
                                .formatted(gigaflops, PredictionResult.USERS * gigaflops),
                        ("This machine multiplies matrices (512 x 512 floats) at %.1f GFLOP/s on 1"
                                        + " thread, %.1f on %d: 1,000 users would take %s ms at that limit.")
                                .formatted(
                                        timing.flopsPerSecond() / 1e9,
                                        timing.flopsPerSecondOnAll() / 1e9,
                                        threads,
                                        milliseconds(
                                                PredictionResult.USERS
                                                        * parts.networkFlops()
                                                        / timing.flopsPerSecondOnAll())),
                        "Share of the limit: %s for the network alone, %s with the paths, %s on %d threads with the paths."
                                .formatted(
                                        share(networkRate, timing.flopsPerSecond()),
                                        share(wholeRate, timing.flopsPerSecond()),
                                        share(sharedRate, timing.flopsPerSecondOnAll()),
                                        threads)),
                List.of());
    }

    private static List<String> part(String name, double seconds, double all) {
        return List.of(name, milliseconds(seconds), PredictBenchReport.percent(seconds / all));
    }

    private static String share(double rate, double limit) {
        return PredictBenchReport.percent(rate / limit);
    }

    private static String milliseconds(double seconds) {
        double value = 1e3 * seconds;
        return value >= 1000 ? "%.0f".formatted(value) : "%.3g".formatted(value);
    }
}
