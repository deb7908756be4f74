package dev.lamina.air;

import dev.lamina.base.BadInputException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// How long predictors take for users whose pasts are at hand: all steps to come of one user, the
/// users one after another on each thread. The tensor engine's own threads are the caller's to set
/// (`Tensors.useThreads(1)`, or else "one thread" is not).
public final class PredictionTiming {
    private static final int LEAST_FOR_A_LANE = 4;
    private static final int MOST_FOR_A_LANE = 1 << 16;

    private final List<History> histories;
    private final Target target;

    /// @param histories of the users
    PredictionTiming(List<History> histories, Target target) {
        this.histories = histories;
        this.target = target;
    }

    /// A predictor's times; means over users.
    ///
    /// @param seconds for a user on one thread
    /// @param secondsOnAll for a user when all threads work: the time of many over their number
    /// @param parts of `seconds`; null unless it is a [PathModel]
    public record Times(double seconds, double secondsOnAll, @Nullable Parts parts) {}

    /// What a [PathModel] spends its time on, for a user on one thread.
    ///
    /// @param paths found, the mean
    /// @param pathSeconds finding them (in closed form)
    /// @param tokenSeconds their correlations and autoregressions
    /// @param networkSeconds in the tensor engine, with copying to and fro
    /// @param channelSeconds making channels of the paths to come
    /// @param networkFlops floating-point operations of the network's products
    public record Parts(
            double paths,
            double pathSeconds,
            double tokenSeconds,
            double networkSeconds,
            double channelSeconds,
            double networkFlops) {
        double seconds() {
            return pathSeconds + tokenSeconds + networkSeconds + channelSeconds;
        }
    }

    /// Measures.
    ///
    /// @param threads side by side for [Times#secondsOnAll]
    /// @param warmupSeconds at least, in which the compiler wakes up; all users at least once. All
    ///   threads together are measured about as long
    /// @param stop asked before each user
    /// @return null if it was stopped
    /// @throws BadInputException if the predictor cannot take these users
    public @Nullable Times of(
            Predictor predictor, int threads, double warmupSeconds, BooleanSupplier stop) {
        Times[] alone = new Times[1];
        Lanes.run(
                1,
                1,
                lane -> {
                    long began = System.nanoTime();
                    do {
                        predictAll(predictor, stop);
                    } while (since(began) < warmupSeconds && !stop.getAsBoolean());
                    alone[0] = alone(predictor, stop);
                });
        int rounds = (int) Math.ceil(warmupSeconds / alone[0].seconds());
        int users = threads * Math.clamp(rounds, LEAST_FOR_A_LANE, MOST_FOR_A_LANE);
        long began = System.nanoTime();
        Lanes.run(
                threads,
                users,
                user -> {
                    if (!stop.getAsBoolean()) {
                        predictor.predict(histories.get(user % histories.size()), target);
                    }
                });
        double onAll = since(began) / users;
        return stop.getAsBoolean() ? null : new Times(alone[0].seconds(), onAll, alone[0].parts());
    }

    private Times alone(Predictor predictor, BooleanSupplier stop) {
        if (predictor instanceof PathPredictor path) {
            Parts parts = parts(path, stop);
            return new Times(parts.seconds(), 0, parts);
        }
        return new Times(predictAll(predictor, stop) / histories.size(), 0, null);
    }

    /// Seconds.
    private double predictAll(Predictor predictor, BooleanSupplier stop) {
        long began = System.nanoTime();
        for (History history : histories) {
            if (!stop.getAsBoolean()) {
                predictor.predict(history, target);
            }
        }
        return since(began);
    }

    private static double since(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private Parts parts(PathPredictor predictor, BooleanSupplier stop) {
        double count = 0;
        double finding = 0;
        double tokens = 0;
        double network = 0;
        double making = 0;
        double flops = 0;
        for (History history : histories) {
            if (stop.getAsBoolean()) {
                break;
            }
            long start = System.nanoTime();
            Paths found = Paths.of(history);
            long afterPaths = System.nanoTime();
            PathTokens made = PathTokens.of(history, target, found);
            long afterTokens = System.nanoTime();
            List<double[]> gains = predictor.gains(made);
            long afterNetwork = System.nanoTime();
            made.paths().channels(gains, history.layout(), target);
            making += since(afterNetwork);
            finding += (afterPaths - start) / 1e9;
            tokens += (afterTokens - afterPaths) / 1e9;
            network += (afterNetwork - afterTokens) / 1e9;
            count += found.count();
            flops += predictor.flops(found.count(), made.ports());
        }
        int users = histories.size();
        return new Parts(
                count / users,
                finding / users,
                tokens / users,
                network / users,
                making / users,
                flops / users);
    }
}
