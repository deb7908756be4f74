package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.LearningRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainerTest {
    private static final TrainingConfig CONFIG =
            TrainingConfig.standard(12, 7)
                    .withBatch(16)
                    .withLearningRate(1e-2, LearningRate.Decay.COSINE);
    private static final SequenceModel SMALL =
            new Recurrent(
                    SequenceShape.of(Exponentials.tracks(1, 0).config()), Recurrent.Cell.GRU, 8, 1);

    static Stream<SequenceModel> models() {
        return TinyModels.sameBand();
    }

    @ParameterizedTest
    @MethodSource("models")
    void lowersTheLoss(SequenceModel model) {
        Tracks tracks = TinyModels.tracks(model, 30, 1);
        try (SequencePredictor predictor = SequencePredictor.fresh(model, 1)) {
            Trainer<Sequence> trainer = new Trainer<>(predictor, tracks.all(), List.of(), CONFIG);
            double before = trainer.trainingLoss();
            List<EpochReport> reports = trainer.train(TrainingListener.NONE);
            assertThat(reports).hasSize(12);
            assertThat(trainer.trainingLoss()).as(model.name()).isLessThan(0.8 * before);
            assertThat(reports.getLast().trainingLoss())
                    .isLessThan(reports.getFirst().trainingLoss());
        }
    }

    @Test
    void isDeterministic() {
        assertThat(trained(SMALL, CONFIG.withVariation()))
                .isEqualTo(trained(SMALL, CONFIG.withVariation()))
                .isNotEqualTo(trained(SMALL, CONFIG));
    }

    private static SequencedMap<String, FloatTensor> trained(
            SequenceModel model, TrainingConfig config) {
        try (SequencePredictor predictor = SequencePredictor.fresh(model, 1)) {
            List<Track> tracks = TinyModels.tracks(model, 10, 1).all();
            Trainer<Sequence> trainer =
                    new Trainer<>(predictor, tracks, List.of(), config.withMaxSteps(9));
            assertThat(trainer.train(TrainingListener.NONE).getLast().steps()).isEqualTo(9);
            return trainer.parameters();
        }
    }

    /// A federation of one is training at one place.
    @Test
    void localEpochsFromKeptStateAreTraining() {
        try (SequencePredictor predictor = SequencePredictor.fresh(SMALL, 1)) {
            List<Track> tracks = Exponentials.tracks(10, 1).all();
            SequencedMap<String, FloatTensor> start = predictor.parameters().snapshot();
            Trainer<Sequence> central = new Trainer<>(predictor, tracks, List.of(), CONFIG);
            central.train(TrainingListener.NONE);
            SequencedMap<String, FloatTensor> expected = central.parameters();

            assertThat(inRounds(predictor, tracks, start, true)).isEqualTo(expected);
            assertThat(inRounds(predictor, tracks, start, false)).isNotEqualTo(expected);
        }
    }

    private static SequencedMap<String, FloatTensor> inRounds(
            SequencePredictor predictor,
            List<Track> tracks,
            SequencedMap<String, FloatTensor> start,
            boolean keepOptimizer) {
        Trainer<Sequence> local = new Trainer<>(predictor, tracks, List.of(), CONFIG);
        SequencedMap<String, FloatTensor> global = start;
        for (int round = 0; round < 4; round++) {
            assertThat(local.local(global, 3, keepOptimizer, TrainingListener.NONE)).hasSize(3);
            global = local.parameters();
            predictor.parameters().assign(start); // others use the model in between
        }
        return global;
    }

    /// Where the labels are the opposite of what is learnt, the first epoch is the best.
    @Test
    void keepsTheBestOnValidation() {
        try (SequencePredictor predictor = SequencePredictor.fresh(SMALL, 1)) {
            List<Track> tracks = Exponentials.tracks(10, 1).all();
            Trainer<Sequence> trainer =
                    new Trainer<>(
                            predictor,
                            tracks,
                            tracks.stream().map(TrainerTest::opposite).toList(),
                            CONFIG);
            List<EpochReport> reports = trainer.train(TrainingListener.NONE);
            assertThat(reports.getFirst().best()).isTrue();
            assertThat(reports.getLast().best()).isFalse();
            assertThat(trainer.validationNmse())
                    .isEqualTo(reports.getFirst().validationNmse())
                    .isLessThan(Objects.requireNonNull(reports.getLast().validationNmse()));
        }
    }

    private static Track opposite(Track track) {
        float[] labels = track.labels().clone();
        for (int i = 0; i < labels.length; i++) {
            labels[i] = -labels[i];
        }
        return new Track(track.history(), track.target(), labels, track.clean());
    }

    @Test
    void stopsWhenAsked() {
        try (SequencePredictor predictor = SequencePredictor.fresh(SMALL, 1)) {
            List<Integer> steps = new ArrayList<>();
            TrainingListener listener =
                    new TrainingListener() {
                        @Override
                        public void stepped(int step, int total, double loss) {
                            assertThat(total).isEqualTo(24);
                            steps.add(step);
                        }

                        @Override
                        public boolean stopRequested() {
                            return steps.size() == 3;
                        }
                    };
            List<EpochReport> reports =
                    new Trainer<>(predictor, Exponentials.tracks(10, 1).all(), List.of(), CONFIG)
                            .train(listener);
            assertThat(steps).containsExactly(1, 2, 3);
            assertThat(reports).hasSize(2);
            assertThat(reports.getLast().steps()).isEqualTo(3);
        }
    }

    /// Steps leave nothing behind in the engine.
    @Test
    void stepsLeaveNothingBehind() {
        try (SequencePredictor predictor = SequencePredictor.fresh(SMALL, 1)) {
            Trainer<Sequence> trainer =
                    new Trainer<>(
                            predictor,
                            Exponentials.tracks(2, 1).all(),
                            List.of(),
                            TrainingConfig.standard(100, 1));
            trainer.local(trainer.parameters(), 10, true, TrainingListener.NONE);
            int arrays = predictor.manager().getManagedArrays().size();
            trainer.local(trainer.parameters(), 90, true, TrainingListener.NONE);
            assertThat(predictor.manager().getManagedArrays()).hasSize(arrays);
        }
    }
}
