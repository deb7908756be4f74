package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A [SequenceModel] with parameters. Every antenna is a sequence of its own, so it takes any
/// number of antennas; all of a track's are scaled by the history's mean power and computed at
/// once.
public final class SequencePredictor extends TrainedPredictor<Sequence> {
    /// ± radians per subcarrier (reference 4.2).
    private static final double MOST_SLOPE = 0.157;

    private final SequenceModel model;
    private final SequenceNetwork network;

    private SequencePredictor(
            SequenceModel model,
            SequenceNetwork network,
            boolean ownsNetwork,
            Map<String, FloatTensor> values) {
        super(network, ownsNetwork, values);
        this.model = model;
        this.network = network;
    }

    /// With fresh parameters.
    static SequencePredictor fresh(SequenceModel model, long seed) {
        SequenceNetwork network = model.network();
        return new SequencePredictor(model, network, true, network.initial(seed));
    }

    /// With these parameters.
    ///
    /// @throws BadInputException if there is one too few or too many, or one has another shape
    static SequencePredictor of(SequenceModel model, Map<String, FloatTensor> values) {
        SequenceNetwork network = model.network();
        return new SequencePredictor(model, network, true, checked(model, network, values));
    }

    @Override
    public SequencePredictor copy() {
        return new SequencePredictor(model, network, false, parameters().snapshot());
    }

    @Override
    public SequenceModel model() {
        return model;
    }

    @Override
    public List<Sequence> examples(Track track) {
        History history = track.history();
        model.shape().check(name(), history, track.target());
        int antennas = history.shape().antennas();
        float scale = (float) history.scale();
        List<Sequence> sequences = new ArrayList<>();
        for (int a = 0; a < antennas; a++) {
            sequences.add(
                    new Sequence(
                            Sequence.antenna(history.channels(), a, antennas, scale),
                            Sequence.antenna(track.labels(), a, antennas, scale)));
        }
        return sequences;
    }

    @Override
    public Sequence varied(Sequence example, RandomGenerator random) {
        return example.turned(model.shape(), MOST_SLOPE, random);
    }

    /// The batch's normalised mean squared error, as LLM4CP has it: Σ abs(ĥ - h)² / Σ abs(h)².
    @Override
    public NDArray loss(List<Sequence> batch, Pass pass) {
        SequenceShape shape = model.shape();
        float[] pasts = joined(batch.stream().map(Sequence::past).toList());
        float[] futures = joined(batch.stream().map(Sequence::future).toList());
        NDArray y_BFO = forward(pasts, batch.size(), pass);
        NDArray error_BFO =
                y_BFO.sub(
                        Tensors.toEngine(
                                pass.manager(),
                                new FloatTensor(
                                        new long[] {batch.size(), shape.horizon(), shape.outputs()},
                                        futures)));
        double energy = 0;
        for (float value : futures) {
            energy += (double) value * value;
        }
        return Tensors.times(error_BFO.mul(error_BFO).sum(), energy > 0 ? 1 / energy : 0);
    }

    private NDArray forward(float[] pasts, int sequences, Pass pass) {
        SequenceShape shape = model.shape();
        NDArray x_BTC =
                Tensors.toEngine(
                        pass.manager(),
                        new FloatTensor(
                                new long[] {sequences, shape.steps(), shape.inputs()}, pasts));
        return network.forward(x_BTC, parameters(), pass);
    }

    private static float[] joined(List<float[]> parts) {
        int each = parts.getFirst().length;
        float[] all = new float[each * parts.size()];
        for (int i = 0; i < parts.size(); i++) {
            System.arraycopy(parts.get(i), 0, all, i * each, each);
        }
        return all;
    }

    /// @throws BadInputException if history or target have another shape than those it was trained
    ///   on; the number of antennas may differ
    @Override
    public float[] predict(History history, Target target) {
        model.shape().check(name(), history, target);
        int antennas = history.shape().antennas();
        float scale = (float) history.scale();
        if (scale == 0) {
            return new float[model.shape().horizon() * model.shape().outputs() * antennas];
        }
        List<float[]> pasts = new ArrayList<>();
        for (int a = 0; a < antennas; a++) {
            pasts.add(Sequence.antenna(history.channels(), a, antennas, scale));
        }
        try (NDManager scope = manager().newSubManager()) {
            float[] futures =
                    Autograd.withoutGradient(() ->
                            Tensors.toJava(forward(joined(pasts), antennas, Pass.evaluation(scope)))
                                    .values());
            return Sequence.together(futures, antennas, 1 / scale);
        }
    }
}
