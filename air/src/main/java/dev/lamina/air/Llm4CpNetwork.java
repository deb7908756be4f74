package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What [Llm4Cp] computes.
///
/// Shape suffixes: B sequences, T steps of the past in P patches of L, K subcarriers, C = 2K, N
/// planes, H hidden size of the backbone, F steps of the future, O its channels.
final class Llm4CpNetwork implements SequenceNetwork {
    private static final String DELAYS = "delays";
    private static final String PLACES = "places";
    private static final List<String> BRANCHES = List.of("frequency", "delay");

    private final Llm4Cp model;
    private final Blocks backbone;

    Llm4CpNetwork(Llm4Cp model, Blocks backbone) {
        this.model = model;
        this.backbone = backbone;
    }

    @Override
    public SequencedMap<String, FloatTensor> initial(long seed) {
        SequenceShape shape = model.shape();
        int planes = model.planes();
        Initial initial = new Initial(seed);
        for (String branch : BRANCHES) {
            initial.linear(branch + ".patch", model.patch(), model.patch());
            initial.convolution(branch + ".in", planes, 2, 3, 3);
            for (int i = 0; i < model.residuals(); i++) {
                String block = branch + "." + i;
                initial.convolution(block + ".first", planes, planes, 3, 3);
                initial.convolution(block + ".second", planes, planes, 3, 3);
                double bound = 1 / Math.sqrt(planes);
                initial.uniform(block + ".attention.first.weight", bound, planes, planes);
                initial.uniform(block + ".attention.second.weight", bound, planes, planes);
            }
            initial.convolution(branch + ".out", 2, planes, 3, 3);
        }
        int neighbours = 3 * shape.inputs();
        initial.normal("token.weight", Math.sqrt(2.0 / neighbours), backbone.hidden(), neighbours);
        initial.linear("mix", shape.steps(), shape.steps());
        backbone.addInitial(initial);
        initial.linear("output", shape.outputs(), backbone.hidden());
        initial.linear("time", shape.horizon(), shape.steps());
        return initial.tensors();
    }

    @Override
    public Map<String, FloatTensor> constants() {
        Map<String, FloatTensor> constants = new LinkedHashMap<>(backbone.constants());
        constants.put(DELAYS, Layers.toDelays(model.shape().subcarriers()));
        constants.put(PLACES, sinusoids(model.shape().steps(), backbone.hidden()));
        return constants;
    }

    /// Vaswani et al., arXiv 1706.03762, 3.5.
    private static FloatTensor sinusoids(int steps, int hidden) {
        FloatTensor places = FloatTensor.zeros(steps, hidden);
        for (int t = 0; t < steps; t++) {
            for (int j = 0; j < hidden; j++) {
                double angle = t * Math.pow(10_000, -(j - j % 2) / (double) hidden);
                places.values()[t * hidden + j] =
                        (float) (j % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
            }
        }
        return places;
    }

    @Override
    public NDArray forward(NDArray x_BTC, Parameters p, Pass pass) {
        NDArray features_BTC =
                branch(p, "frequency", x_BTC).add(branch(p, "delay", x_BTC.matMul(p.leaf(DELAYS))));
        NDArray tokens_BTH = tokens(p, features_BTC).add(p.leaf(PLACES));
        NDArray dropped_BTH = pass.dropout(model.dropout()).apply(tokens_BTH, "tokens");
        NDArray mask_BT = pass.manager().ones(x_BTC.getShape().slice(0, 2));
        NDArray h_BTH = backbone.forward(Layers.overTime(p, "mix", dropped_BTH), mask_BT, p, pass);
        return Layers.overTime(p, "time", Layers.linear(p, "output", h_BTH));
    }

    /// `[B,T,C]` to `[B,T,C]`: steps of a patch are mixed, then convolutions over time and
    /// subcarriers (or delays).
    private NDArray branch(Parameters p, String name, NDArray x_BTC) {
        Shape shape = x_BTC.getShape();
        NDArray patches_BPCL =
                x_BTC.reshape(
                                shape.get(0),
                                shape.get(1) / model.patch(),
                                model.patch(),
                                shape.get(2))
                        .transpose(0, 1, 3, 2);
        NDArray mixed_BTC =
                Layers.linear(p, name + ".patch", patches_BPCL)
                        .transpose(0, 1, 3, 2)
                        .reshape(shape);
        NDArray x_BNTK = Layers.convolution(p, name + ".in", Layers.image(mixed_BTC));
        for (int i = 0; i < model.residuals(); i++) {
            x_BNTK = residual(p, name + "." + i, x_BNTK);
        }
        return Layers.interleaved(Layers.convolution(p, name + ".out", x_BNTK));
    }

    /// x + CA(y) y, y two convolutions of x.
    private static NDArray residual(Parameters p, String name, NDArray x_BNTK) {
        NDArray inner_BNTK = Activation.relu(Layers.convolution(p, name + ".first", x_BNTK));
        NDArray y_BNTK = Layers.convolution(p, name + ".second", inner_BNTK);
        return x_BNTK.add(y_BNTK.mul(attention(p, name + ".attention", y_BNTK)));
    }

    /// How much each plane counts, `[B,N,1,1]` (Woo et al., CBAM, arXiv 1807.06521, 3.1): from its
    /// mean and its maximum.
    private static NDArray attention(Parameters p, String name, NDArray y_BNTK) {
        Shape shape = y_BNTK.getShape();
        NDArray flat = y_BNTK.reshape(shape.get(0), shape.get(1), -1);
        NDArray mean_BN = excite(p, name, flat.mean(new int[] {2}));
        NDArray most_BN = excite(p, name, flat.max(new int[] {2}));
        return Activation.sigmoid(mean_BN.add(most_BN)).reshape(shape.get(0), shape.get(1), 1, 1);
    }

    private static NDArray excite(Parameters p, String name, NDArray x_BN) {
        NDArray inner_BN = Activation.relu(Layers.withoutBias(p, name + ".first", x_BN));
        return Layers.withoutBias(p, name + ".second", inner_BN);
    }

    /// A token of each step and its two neighbours, the last step being the first one's: a circular
    /// convolution over time.
    private static NDArray tokens(Parameters p, NDArray x_BTC) {
        NDArray before_BTC = Layers.concat(List.of(x_BTC.get(":,-1:"), x_BTC.get(":,:-1")), 1);
        NDArray after_BTC = Layers.concat(List.of(x_BTC.get(":,1:"), x_BTC.get(":,:1")), 1);
        NDArray windows = Layers.concat(List.of(before_BTC, x_BTC, after_BTC), 2); // [B,T,3C]
        return Layers.withoutBias(p, "token", windows);
    }

    @Override
    public void close() {
        backbone.close();
    }
}
