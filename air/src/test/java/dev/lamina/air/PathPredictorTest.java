package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.Tensors;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Noise;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PathPredictorTest {
    private static final ArrayLayout LAYOUT = ArrayLayout.parse("2x3x2");
    private static final int SUBCARRIERS = 12;
    private static final Target SAME = Target.sameBand(2, SUBCARRIERS);
    private static final Target ABOVE = new Target(2, SUBCARRIERS, 8);

    static {
        Tensors.useThreads(1);
    }

    static Stream<PathModel> models() {
        return Stream.of(
                new PathModel(8, 2, "fresh:12x2", 1, 0),
                new PathModel(8, 2, "shape:2x12x2", 2, 2),
                new PathModel(8, 2, "shape:2x12x2", 1, 0));
    }

    private static Track track(int paths, Target target, long seed) {
        List<PathTracks.Path> made = PathTracks.paths(paths, LAYOUT, seed);
        CsiShape past = new CsiShape(8, SUBCARRIERS, LAYOUT.antennas());
        float[] channels = PathTracks.channels(made, past, LAYOUT, 0, 0);
        float[] labels =
                PathTracks.channels(
                        made,
                        new CsiShape(2, target.subcarriers(), LAYOUT.antennas()),
                        LAYOUT,
                        8,
                        target.firstSubcarrier());
        float[] noisy = PathTracks.noisy(channels, 0.05 * Noise.power(channels), seed);
        return new Track(new History(past, noisy, LAYOUT), target, labels, labels);
    }

    private static List<Track> tracks(int count, Target target) {
        List<Track> tracks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tracks.add(track(2 + i % 3, target, 100 + i));
        }
        return tracks;
    }

    private static double loss(PathPredictor predictor, List<PathExample> batch) {
        try (NDManager scope = predictor.manager().newSubManager()) {
            return Autograd.withoutGradient(() ->
                    (double)
                            Tensors.toJava(predictor.loss(batch, Pass.evaluation(scope)))
                                    .values()[0]);
        }
    }

    /// Without noise the same band is predicted in closed form, whatever the network says; another
    /// band is not.
    @Test
    void givesWayToTheClosedFormWhereThereIsNoNoise() {
        try (PathPredictor predictor = PathPredictor.fresh(models().findFirst().orElseThrow(), 1)) {
            shaken(predictor);
            for (Target target : List.of(SAME, ABOVE)) {
                History noisy = track(3, target, 7).history();
                float[] clean =
                        PathTracks.channels(
                                PathTracks.paths(3, LAYOUT, 7), noisy.shape(), LAYOUT, 0, 0);
                History quiet = new History(noisy.shape(), clean, LAYOUT);
                Predictor paths = new PathAutoregression();
                double apart =
                        Nmse.of(predictor.predict(quiet, target), paths.predict(quiet, target));
                if (target.equals(SAME)) {
                    assertThat(apart).isLessThan(1e-6);
                } else {
                    assertThat(apart).isGreaterThan(1e-3);
                }
                assertThat(Nmse.of(predictor.predict(noisy, target), paths.predict(noisy, target)))
                        .isGreaterThan(1e-3);
            }
        }
    }

    /// Over gains and Gram matrix it is that of the channels, in the history's band and in another.
    @ParameterizedTest
    @MethodSource("models")
    void lossIsTheErrorOfThePrediction(PathModel model) {
        for (Target target : List.of(SAME, ABOVE)) {
            List<Track> tracks = tracks(3, target);
            try (PathPredictor predictor = PathPredictor.fresh(model, 1)) {
                shaken(predictor);
                List<PathExample> batch = new ArrayList<>();
                double expected = 0;
                double weights = 0;
                for (Track track : tracks) {
                    batch.addAll(predictor.examples(track));
                    float[] predicted = predictor.predict(track.history(), target);
                    double weight = batch.getLast().weight();
                    expected += weight * Nmse.of(predicted, track.labels());
                    weights += weight;
                }
                expected /= weights;
                assertThat(batch).hasSize(3);
                assertThat(loss(predictor, batch)).isCloseTo(expected, within(1e-4 * expected));
            }
        }
    }

    /// An example's weight is one over the root of the error of the autoregression that is the
    /// first guess.
    @Test
    void weightsFollowTheFirstGuess() {
        Track track = track(3, SAME, 11);
        PathTokens tokens = PathTokens.of(track.history(), SAME);
        float[] gains = tokens.firstGuess();
        List<double[]> future = new ArrayList<>();
        int each = gains.length / tokens.count();
        for (int p = 0; p < tokens.count(); p++) {
            double[] path = new double[each];
            for (int i = 0; i < each; i++) {
                path[i] = gains[p * each + i] / tokens.scale();
            }
            future.add(path);
        }
        double error = Nmse.of(tokens.paths().channels(future, LAYOUT, SAME), track.labels());
        assertThat(PathExample.of(track).weight())
                .isCloseTo(1 / Math.sqrt(Math.max(0.003, error)), within(1e-2));
    }

    /// Away from the zeros of a fresh head.
    private static void shaken(PathPredictor predictor) {
        var moved = predictor.parameters().snapshot();
        moved.forEach((name, tensor) -> {
            for (int i = 0; i < tensor.size(); i++) {
                tensor.values()[i] += (float) (0.05 * Math.sin(7.0 * i + name.length()));
            }
        });
        predictor.parameters().assign(moved);
    }

    @ParameterizedTest
    @MethodSource("models")
    void gradientsAgreeWithFiniteDifferences(PathModel model) {
        try (PathPredictor predictor = PathPredictor.fresh(model, 5)) {
            shaken(predictor);
            List<PathExample> batch = new ArrayList<>();
            tracks(3, SAME).forEach(track -> batch.addAll(predictor.examples(track)));
            SequenceGradientsTest.check(predictor, batch);
        }
    }

    /// A fresh model predicts nearly as the autoregressions that it weighs.
    @Test
    void freshModelIsTheAutoregression() {
        Track track = track(3, SAME, 7);
        try (PathPredictor predictor =
                PathPredictor.fresh(new PathModel(8, 2, "fresh:12x2", 1, 0), 1)) {
            double fresh = Nmse.of(predictor.predict(track.history(), SAME), track.clean());
            double closed =
                    Nmse.of(new PathAutoregression().predict(track.history(), SAME), track.clean());
            assertThat(fresh).isLessThan(2 * closed + 0.01);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void turnsAndScalesWithTheChannel(PathModel model) {
        Track track = track(3, SAME, 9);
        try (PathPredictor predictor = PathPredictor.fresh(model, 1)) {
            shaken(predictor);
            float[] plain = predictor.predict(track.history(), SAME);
            float[] turned = new float[track.history().channels().length];
            for (int i = 0; i < turned.length; i += 2) { // times 3j
                turned[i] = -3 * track.history().channels()[i + 1];
                turned[i + 1] = 3 * track.history().channels()[i];
            }
            float[] predicted =
                    predictor.predict(new History(track.history().shape(), turned, LAYOUT), SAME);
            float[] expected = new float[plain.length];
            for (int i = 0; i < plain.length; i += 2) {
                expected[i] = -3 * plain[i + 1];
                expected[i + 1] = 3 * plain[i];
            }
            assertThat(Nmse.of(predicted, expected)).isLessThan(1e-6);
        }
    }

    @Test
    void trainingLowersTheErrorOfOtherTracks() {
        List<Track> others = tracks(40, SAME).subList(30, 40);
        try (PathPredictor predictor =
                PathPredictor.fresh(new PathModel(8, 2, "fresh:12x2", 1, 0), 1)) {
            double before = Nmse.againstLabels(predictor, others);
            Trainer<PathExample> trainer =
                    new Trainer<>(
                            predictor,
                            tracks(30, SAME),
                            List.of(),
                            TrainingConfig.standard(30, 1)
                                    .withBatch(10)
                                    .withLearningRate(3e-3, LearningRate.Decay.COSINE));
            trainer.train(TrainingListener.NONE);
            assertThat(Nmse.againstLabels(predictor, others)).isLessThan(before);
        }
    }

    @Test
    void refusesOtherNumbersOfSteps() {
        Track track = track(2, SAME, 1);
        try (PathPredictor predictor =
                PathPredictor.fresh(new PathModel(16, 2, "fresh:12x2", 1, 0), 1)) {
            assertThatThrownBy(() -> predictor.predict(track.history(), SAME))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("a history of 8 steps");
        }
    }

    @Test
    void silenceIsPredictedSilent() {
        History silent =
                new History(
                        new CsiShape(8, SUBCARRIERS, LAYOUT.antennas()),
                        new float[8 * SUBCARRIERS * LAYOUT.antennas() * 2],
                        LAYOUT);
        try (PathPredictor predictor =
                PathPredictor.fresh(new PathModel(8, 2, "fresh:12x2", 1, 0), 1)) {
            assertThat(predictor.predict(silent, SAME)).containsOnly(0f);
        }
    }
}
