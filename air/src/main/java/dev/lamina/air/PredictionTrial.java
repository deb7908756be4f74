package dev.lamina.air;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Noise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Tries predictors on channels that none of them was trained on. Each track stands for itself: its
/// noise, its scale and its error are relative to its own history.
public final class PredictionTrial {
    /// Label of a track's speed.
    private static final String SPEED = "speed_kmh";

    private static final int LAYOUT_TRACKS = 2;
    private static final int MOST_SPEEDS = 20;
    private static final int SPEED_STEP = 10;

    private final Csi channels;
    private final PredictionSetting setting;
    private final Target target;
    private final CsiShape past;
    private final ArrayLayout layout;

    /// @throws BadInputException if the channels do not fit the setting
    public PredictionTrial(Csi channels, PredictionSetting setting) {
        setting.check(channels.shape());
        this.channels = channels;
        this.setting = setting;
        this.target = setting.target(channels.shape());
        CsiShape shape = channels.shape();
        this.past =
                new CsiShape(
                        setting.history(),
                        setting.otherBand() ? shape.subcarriers() / 2 : shape.subcarriers(),
                        shape.antennas());
        this.layout = setting.layout() == null ? infer() : setting.layout();
    }

    private ArrayLayout infer() {
        ArrayLayout unknown = ArrayLayout.unknown(past.antennas());
        return ArrayLayout.infer(
                IntStream.range(0, Math.min(LAYOUT_TRACKS, channels.tracks()))
                        .mapToObj(i -> new History(past, noisy(i).history(), unknown))
                        .toList());
    }

    /// A track's history with noise, and what follows with and without.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sample(float[] history, float[] clean, float[] noisy) {}

    private Sample noisy(int index) {
        float[] track = channels.track(index);
        int row = 2 * past.antennas();
        int all = channels.shape().subcarriers() * row;
        float[] seen = new float[2 * past.size()];
        for (int t = 0; t < past.steps(); t++) {
            System.arraycopy(
                    track, t * all, seen, t * past.subcarriers() * row, past.subcarriers() * row);
        }
        double power = Noise.power(seen);
        BadInputException.check(
                power > 0 && power < Double.POSITIVE_INFINITY,
                "the history of track %d has a mean power of %s".formatted(index, power),
                "leave out tracks that are empty or not finite.");
        int future = target.subcarriers() * row;
        float[] clean = new float[target.steps() * future];
        for (int t = 0; t < target.steps(); t++) {
            int from = (setting.history() + t) * all + target.firstSubcarrier() * row;
            System.arraycopy(track, from, clean, t * future, future);
        }
        float scale = (float) (1 / Math.sqrt(power));
        for (float[] part : List.of(seen, clean)) {
            for (int i = 0; i < part.length; i++) {
                part[i] *= scale;
            }
        }
        if (Double.isInfinite(setting.snrDecibels())) {
            return new Sample(seen, clean, clean);
        }
        Noise noise = Noise.of(setting.snrDecibels(), setting.seed());
        Noise other = Noise.of(setting.snrDecibels(), ~setting.seed());
        return new Sample(noise.add(seen, index, 1), clean, other.add(clean, index, 1));
    }

    /// One track's errors of each predictor: against clean and noisy channels, and seconds.
    private record Errors(List<double[]> values) {}

    /// Tries all predictors.
    ///
    /// @param threads tracks side by side
    /// @param progress is told after each track how many are done
    /// @param stop asked before each track
    /// @return null if it was stopped
    public @Nullable PredictionScores run(
            List<Predictor> predictors, int threads, IntConsumer progress, BooleanSupplier stop) {
        int tracks = channels.tracks();
        @Nullable Errors[] errors = new @Nullable Errors[tracks];
        Lanes.run(
                threads,
                tracks,
                index -> {
                    if (!stop.getAsBoolean()) {
                        errors[index] = errors(index, predictors);
                        progress.accept(index);
                    }
                });
        List<Errors> done = new ArrayList<>();
        for (@Nullable Errors one : errors) {
            if (one == null) {
                return null;
            }
            done.add(one);
        }
        List<PredictionScores.Model> models = new ArrayList<>();
        for (int p = 0; p < predictors.size(); p++) {
            models.add(model(predictors.get(p).name(), p, done));
        }
        return new PredictionScores(tracks, layout, models);
    }

    private Errors errors(int index, List<Predictor> predictors) {
        Sample sample = noisy(index);
        History history = new History(past, sample.history(), layout);
        List<double[]> values = new ArrayList<>();
        for (Predictor predictor : predictors) {
            long began = System.nanoTime();
            float[] predicted = predictor.predict(history, target);
            double seconds = (System.nanoTime() - began) / 1e9;
            values.add(
                    new double[] {
                        error(predicted, sample.clean()), error(predicted, sample.noisy()), seconds
                    });
        }
        return new Errors(values);
    }

    private static double error(float[] predicted, float[] reference) {
        double error = 0;
        double power = 0;
        for (int i = 0; i < reference.length; i++) {
            double difference = (double) predicted[i] - reference[i];
            error += difference * difference;
            power += (double) reference[i] * reference[i];
        }
        return error / power;
    }

    private PredictionScores.Model model(String name, int predictor, List<Errors> errors) {
        int[] all = IntStream.range(0, errors.size()).toArray();
        Map<Integer, PredictionScores.Nmse> bySpeed = new TreeMap<>();
        double[] speeds = channels.labels().get(SPEED);
        if (speeds != null) {
            boolean few =
                    Arrays.stream(speeds).distinct().limit(MOST_SPEEDS + 1L).count() <= MOST_SPEEDS;
            Map<Integer, List<Integer>> groups = new TreeMap<>();
            for (int i : all) {
                double speed = few ? speeds[i] : SPEED_STEP * Math.ceil(speeds[i] / SPEED_STEP);
                groups.computeIfAbsent((int) Math.round(speed), s -> new ArrayList<>()).add(i);
            }
            groups.forEach((speed, group) ->
                    bySpeed.put(
                            speed,
                            nmse(predictor, errors, group.stream().mapToInt(i -> i).toArray())));
        }
        double seconds =
                errors.stream().mapToDouble(e -> e.values().get(predictor)[2]).average().orElse(0);
        return new PredictionScores.Model(name, nmse(predictor, errors, all), bySpeed, seconds);
    }

    private static PredictionScores.Nmse nmse(int predictor, List<Errors> errors, int[] tracks) {
        double clean = 0;
        double noisy = 0;
        for (int i : tracks) {
            clean += errors.get(i).values().get(predictor)[0];
            noisy += errors.get(i).values().get(predictor)[1];
        }
        return new PredictionScores.Nmse(clean / tracks.length, noisy / tracks.length);
    }
}
