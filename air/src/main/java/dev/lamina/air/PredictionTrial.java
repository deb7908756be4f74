package dev.lamina.air;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Noise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
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
        CsiShape shape = channels.shape();
        float[] seen = Tracks.cut(track, shape, 0, past.steps(), 0, past.subcarriers());
        double power = Noise.power(seen);
        check("the history", index, power);
        float[] clean =
                Tracks.cut(
                        track,
                        shape,
                        past.steps(),
                        target.steps(),
                        target.firstSubcarrier(),
                        target.subcarriers());
        check("the future", index, Noise.power(clean));
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

    private static void check(String part, int index, double power) {
        BadInputException.check(
                power > 0 && power < Double.POSITIVE_INFINITY,
                "%s of track %d has a mean power of %s".formatted(part, index, power),
                "leave out tracks that are empty or not finite.");
    }

    /// What a predictor did on one track.
    ///
    /// @param rate in bit/s/Hz
    /// @param perfectRate of the channels themselves
    private record Outcome(
            double clean, double noisy, double seconds, double rate, double perfectRate) {}

    public PredictionSetting setting() {
        return setting;
    }

    /// Why a predictor cannot take these channels; null if it can.
    public @Nullable String refusal(Predictor predictor) {
        try {
            predictor.predict(history(0), target);
            return null;
        } catch (BadInputException e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
    }

    /// For the time that predictors take on the first tracks.
    public PredictionTiming timing(int users) {
        return new PredictionTiming(
                IntStream.range(0, Math.min(users, channels.tracks()))
                        .mapToObj(this::history)
                        .toList(),
                target);
    }

    private History history(int index) {
        return new History(past, noisy(index).history(), layout);
    }

    /// Tries all predictors.
    ///
    /// @param threads tracks side by side
    /// @param progress is told after each track how many are done
    /// @param stop asked before each track
    /// @return null if it was stopped
    public @Nullable PredictionScores run(
            List<Predictor> predictors, int threads, IntConsumer progress, BooleanSupplier stop) {
        int tracks = channels.tracks();
        // of each track, by predictor
        SortedMap<Integer, List<Outcome>> outcomes = new TreeMap<>();
        Lanes.run(
                threads,
                tracks,
                index -> {
                    if (!stop.getAsBoolean()) {
                        List<Outcome> outcome = outcomes(index, predictors);
                        synchronized (outcomes) {
                            outcomes.put(index, outcome);
                            progress.accept(outcomes.size());
                        }
                    }
                });
        if (outcomes.size() < tracks) {
            return null;
        }
        List<PredictionScores.Model> models = new ArrayList<>();
        for (int p = 0; p < predictors.size(); p++) {
            int predictor = p;
            models.add(
                    model(
                            predictors.get(p).name(),
                            outcomes.values().stream().map(of -> of.get(predictor)).toList()));
        }
        double perfect =
                outcomes.values().stream()
                        .filter(of -> !of.isEmpty())
                        .mapToDouble(of -> of.getFirst().perfectRate())
                        .average()
                        .orElse(0);
        return new PredictionScores(tracks, layout, perfect, models);
    }

    private List<Outcome> outcomes(int index, List<Predictor> predictors) {
        Sample sample = noisy(index);
        History history = new History(past, sample.history(), layout);
        double perfect = rate(sample.clean(), sample);
        List<Outcome> outcomes = new ArrayList<>();
        for (Predictor predictor : predictors) {
            long began = System.nanoTime();
            float[] predicted = predictor.predict(history, target);
            double seconds = (System.nanoTime() - began) / 1e9;
            outcomes.add(
                    new Outcome(
                            Nmse.of(predicted, sample.clean()),
                            Nmse.of(predicted, sample.noisy()),
                            seconds,
                            rate(predicted, sample),
                            perfect));
        }
        return outcomes;
    }

    private double rate(float[] predicted, Sample sample) {
        return SpectralEfficiency.of(predicted, sample.clean(), past.antennas());
    }

    /// @param outcomes of each track
    private PredictionScores.Model model(String name, List<Outcome> outcomes) {
        Map<Integer, List<Outcome>> groups = new TreeMap<>();
        double[] speeds = channels.labels().get(SPEED);
        if (speeds != null) {
            boolean few =
                    Arrays.stream(speeds).distinct().limit(MOST_SPEEDS + 1L).count() <= MOST_SPEEDS;
            for (int i = 0; i < speeds.length; i++) {
                double speed = few ? speeds[i] : SPEED_STEP * Math.ceil(speeds[i] / SPEED_STEP);
                groups.computeIfAbsent((int) Math.round(speed), s -> new ArrayList<>())
                        .add(outcomes.get(i));
            }
        }
        Map<Integer, PredictionScores.Score> bySpeed = new TreeMap<>();
        groups.forEach((speed, group) -> bySpeed.put(speed, score(group)));
        return new PredictionScores.Model(
                name,
                score(outcomes),
                bySpeed,
                mean(outcomes, Outcome::seconds),
                mean(outcomes, Outcome::rate));
    }

    private static PredictionScores.Score score(List<Outcome> outcomes) {
        return new PredictionScores.Score(
                mean(outcomes, Outcome::clean), mean(outcomes, Outcome::noisy));
    }

    private static double mean(List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
        return outcomes.stream().mapToDouble(value).average().orElseThrow();
    }
}
