package dev.lamina.air;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// A history's paths as tokens of a [PathModel], the strongest first (derived). Each path's gains
/// are turned back by its mean Doppler shift, so that a token looks the same at any speed of
/// turning, and its features do not change with the channel's phase or scale. All ports of a path
/// share its token.
///
/// @param paths in the order of the tokens
/// @param ports S
/// @param scale by which the gains were multiplied
/// @param features [path, feature]
/// @param series gains turned back, [path, step, port, 2]
/// @param guesses of the gains to come by autoregressions of several orders, turned back, [path,
///   guess, step, port, 2]
/// @param turns how the gains to come turn, cosine and sine, [path, step, 2]
@SuppressWarnings("ArrayRecordComponent") // never compared
record PathTokens(
        Paths paths,
        int ports,
        double scale,
        float[] features,
        float[] series,
        float[] guesses,
        float[] turns) {
    /// What an autoregression's guess is made with.
    private record Guess(int order, double ridge) {}

    private static final List<Guess> GUESSES =
            List.of(new Guess(8, 0.1), new Guess(4, 0.3), new Guess(6, 0.3), new Guess(8, 1));

    /// How many guesses there are; the first is the best one on its own.
    static final int GUESS_COUNT = GUESSES.size();

    /// Besides the correlations.
    private static final int MORE_FEATURES = 9;

    private static final double LOG_SCALE = 0.3;
    private static final double TINY = 1e-9;

    int count() {
        return paths.count();
    }

    /// Features of a path with a history of so many steps.
    static int features(int steps) {
        return 2 * entries(steps) + MORE_FEATURES;
    }

    /// Entries of a correlation matrix that is Hermitian about both diagonals: (i, j) with j ≥ i
    /// and i + j < T.
    private static int entries(int steps) {
        return IntStream.range(0, (steps + 1) / 2).map(i -> steps - 2 * i).sum();
    }

    static PathTokens of(History history, Target target) {
        return of(history, target, Paths.of(history));
    }

    /// @param found paths of this history
    static PathTokens of(History history, Target target, Paths found) {
        int horizon = target.steps();
        Paths paths = strongestFirst(found);
        int steps = history.shape().steps();
        int ports = history.layout().ports();
        double scale = history.scale();
        int count = paths.count();
        PathTokens tokens =
                new PathTokens(
                        paths,
                        ports,
                        scale,
                        new float[count * features(steps)],
                        new float[count * steps * ports * 2],
                        new float[count * GUESS_COUNT * horizon * ports * 2],
                        new float[count * horizon * 2]);
        double total = TINY;
        for (double[] gains : paths.gains()) {
            total += energy(gains);
        }
        double elements = (double) history.shape().size() / steps / ports;
        int subcarriers = history.shape().subcarriers();
        double[] ofTrack = {
            LOG_SCALE * Math.log(paths.noise() * scale * scale + TINY),
            // well above 0 where paths that nearly coincide cancel each other
            LOG_SCALE * Math.log(total * scale * scale / steps / ports + TINY),
            // from the middle of the history's band to that of the target's, in widths of the
            // former
            (target.firstSubcarrier() + 0.5 * (target.subcarriers() - subcarriers)) / subcarriers
        };
        for (int p = 0; p < count; p++) {
            double alone = paths.noise() / elements;
            tokens.fill(p, steps, horizon, total, alone, ofTrack);
        }
        return tokens;
    }

    /// The first guess of the gains to come, at their Doppler shift again, [path, step, port, 2].
    float[] firstGuess() {
        int count = count();
        if (count == 0) {
            return new float[0];
        }
        int horizon = turns.length / 2 / count;
        int each = horizon * ports * 2;
        float[] gains = new float[count * each];
        for (int p = 0; p < count; p++) {
            for (int i = 0; i < each; i += 2) {
                int turn = 2 * (p * horizon + i / 2 / ports);
                float a = guesses[p * GUESS_COUNT * each + i];
                float b = guesses[p * GUESS_COUNT * each + i + 1];
                gains[p * each + i] = a * turns[turn] - b * turns[turn + 1];
                gains[p * each + i + 1] = a * turns[turn + 1] + b * turns[turn];
            }
        }
        return gains;
    }

    private static Paths strongestFirst(Paths paths) {
        List<Integer> order = new ArrayList<>();
        for (int p = 0; p < paths.count(); p++) {
            order.add(p);
        }
        order.sort(Comparator.comparingDouble(p -> -energy(paths.gains().get(p))));
        return new Paths(
                order.stream().map(paths.places()::get).toList(),
                order.stream().map(paths.gains()::get).toList(),
                order.stream().map(paths.variances()::get).toList(),
                paths.noise());
    }

    private static double energy(double[] gains) {
        double sum = 0;
        for (double value : gains) {
            sum += value * value;
        }
        return sum;
    }

    /// @param alone variance of the noise in the gains of a path that has no others near it
    private void fill(
            int path, int steps, int horizon, double total, double alone, double[] ofTrack) {
        double[] gains = paths.gains().get(path);
        double variance = paths.variances().get(path);
        Correlation correlation = Correlation.of(gains, steps, ports);
        double doppler = correlation.doppler();
        turned(gains, scale, doppler, 0, series, path * steps * ports * 2);
        for (int g = 0; g < GUESS_COUNT; g++) {
            Guess guess = GUESSES.get(g);
            double[] future =
                    PathAutoregression.goOn(
                            gains, ports, variance, horizon, guess.order(), guess.ridge());
            int to = (path * GUESS_COUNT + g) * horizon * ports * 2;
            turned(future, scale, doppler, steps, guesses, to);
        }
        for (int f = 0; f < horizon; f++) {
            int to = (path * horizon + f) * 2;
            turns[to] = (float) Math.cos(doppler * (steps + f));
            turns[to + 1] = (float) Math.sin(doppler * (steps + f));
        }
        int to = path * features(steps);
        to = correlation.write(doppler, features, to);
        double energy = energy(gains);
        double each = energy / (gains.length / 2.0);
        for (double feature :
                new double[] {
                    LOG_SCALE * Math.log(each / Math.max(variance, TINY * TINY) + TINY),
                    LOG_SCALE * Math.log(energy / total + TINY),
                    LOG_SCALE * Math.log(variance / Math.max(alone, TINY * TINY) + TINY),
                    Math.cos(doppler),
                    Math.sin(doppler),
                    doppler
                }) {
            features[to++] = (float) feature;
        }
        for (double feature : ofTrack) {
            features[to++] = (float) feature;
        }
    }

    /// Gains [step, port] turned back from step `first` on.
    private void turned(
            double[] gains, double factor, double doppler, int first, float[] result, int to) {
        for (int i = 0; i < gains.length; i += 2) {
            double angle = -doppler * (first + i / 2 / ports);
            double c = factor * Math.cos(angle);
            double s = factor * Math.sin(angle);
            result[to + i] = (float) (gains[i] * c - gains[i + 1] * s);
            result[to + i + 1] = (float) (gains[i] * s + gains[i + 1] * c);
        }
    }
}
