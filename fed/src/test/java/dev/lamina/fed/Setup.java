package dev.lamina.fed;

import dev.lamina.air.ChannelView;
import dev.lamina.air.Examples;
import dev.lamina.air.Federation;
import dev.lamina.air.Recurrent;
import dev.lamina.air.ServerRule;
import dev.lamina.air.TrainableModel;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.air.TrainingConfig;
import dev.lamina.base.Seeds;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.Tensors;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Noise;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// A federation of three small servers: who has which tracks, and what comes of it in one process.
record Setup(FederationSettings settings) {
    static final List<String> NAMES = List.of("east", "north", "west");
    static final int SUBCARRIERS = 4;
    private static final int ANTENNAS = 2;
    private static final int STEPS = 8;
    private static final ChannelView VIEW =
            new ChannelView(6, 2, ChannelView.Band.TDD, new Noise(10, 20, 3), null);

    static {
        Tensors.useThreads(1);
    }

    static Setup of(Federation.Config config) {
        TrainableModel model = new Recurrent(VIEW.shape(SUBCARRIERS), Recurrent.Cell.GRU, 6, 1);
        TrainingConfig training =
                TrainingConfig.standard(1, 7)
                        .withBatch(4)
                        .withLearningRate(1e-2, LearningRate.Decay.COSINE);
        return new Setup(new FederationSettings(model, training, config, VIEW));
    }

    static Setup plain(int rounds) {
        return of(Federation.Config.standard(rounds));
    }

    /// Half of the servers in a round, heads of their own, two passes, Adam, optimisers kept.
    static Setup varied(int rounds) {
        return of(
                new Federation.Config(
                        rounds,
                        2,
                        0.7,
                        new ServerRule(ServerRule.Kind.ADAM, 0.01),
                        true,
                        true,
                        true));
    }

    /// Plane waves that turn with time: 3, 4 and 5 tracks.
    static Csi tracks(int server) {
        CsiShape shape = new CsiShape(STEPS, SUBCARRIERS, ANTENNAS);
        return new Csi() {
            @Override
            public CsiShape shape() {
                return shape;
            }

            @Override
            public int tracks() {
                return 3 + server;
            }

            @Override
            public float[] track(int index) {
                RandomGenerator random = Seeds.stream(11, "tracks", server, index);
                double time = random.nextDouble();
                double frequency = random.nextDouble();
                float[] channels = new float[2 * STEPS * SUBCARRIERS * ANTENNAS];
                for (int i = 0; i < channels.length / 2; i++) {
                    int t = i / (SUBCARRIERS * ANTENNAS);
                    int k = i / ANTENNAS % SUBCARRIERS;
                    double phase = time * t + frequency * k + i % ANTENNAS;
                    channels[2 * i] = (float) Math.cos(phase);
                    channels[2 * i + 1] = (float) Math.sin(phase);
                }
                return channels;
            }

            @Override
            public Map<String, double[]> labels() {
                return Map.of();
            }
        };
    }

    <E> Examples<E> examples(TrainedPredictor<E> model, int server) {
        return settings.view().examples(model, tracks(server), _ -> {});
    }

    /// To judge by: tracks that no server has, or none where heads are personal.
    <E> Examples<E> heldOut(TrainedPredictor<E> model) {
        return settings.federation().personal()
                ? Examples.of(model, List.of())
                : examples(model, NAMES.size());
    }

    /// What a federation comes to.
    record Outcome(
            SequencedMap<String, FloatTensor> parameters, List<Federation.RoundReport> reports) {}

    /// In one process.
    Outcome local() {
        return local(settings.model().fresh(1));
    }

    private <E> Outcome local(TrainedPredictor<E> model) {
        try (model) {
            List<Federation.RoundReport> reports =
                    new Federation<>(
                                    model,
                                    IntStream.range(0, NAMES.size())
                                            .mapToObj(server -> examples(model, server))
                                            .toList(),
                                    heldOut(model),
                                    settings.training(),
                                    settings.federation())
                            .run(Federation.Listener.NONE);
            return new Outcome(model.parameters().snapshot(), reports);
        }
    }
}
