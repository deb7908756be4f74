package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.Map;
import java.util.SequencedMap;

/// A small transformer over time steps (ours; reference 4.2): a step's token is the sum of
/// projections of its channels over subcarriers and of its channels over delays, and a linear
/// prediction over time stands beside the blocks. Pre-norm blocks (Xiong et al., arXiv 2002.04745)
/// with GELU; every step sees every other.
///
/// Shape suffixes: B sequences, T steps of the past, C its channels, D width, N heads, E = D/N, F
/// steps of the future, O its channels.
///
/// @param shape of the sequences
/// @param width D
/// @param layers blocks
/// @param heads N
public record SmallTransformer(SequenceShape shape, int width, int layers, int heads)
        implements SequenceModel, SequenceNetwork {
    private static final String DELAYS = "delays";

    public SmallTransformer {
        BadInputException.check(
                width >= 1 && heads >= 1 && width % heads == 0 && layers >= 0 && width <= 1 << 14,
                "a width of " + width + " with " + heads + " heads and " + layers + " layers",
                "take a width of 64 with 4 heads and 3 layers.");
    }

    /// Width 64, 3 layers, 4 heads.
    public static SmallTransformer standard(SequenceShape shape) {
        return new SmallTransformer(shape, 64, 3, 4);
    }

    @Override
    public String name() {
        return "transformer";
    }

    @Override
    public SequenceNetwork network() {
        return this;
    }

    @Override
    public Map<String, FloatTensor> constants() {
        return Map.of(DELAYS, Layers.toDelays(shape.subcarriers()));
    }

    @Override
    public SequencedMap<String, FloatTensor> initial(long seed) {
        Initial initial = new Initial(seed);
        initial.linear("frequency", width, shape.inputs());
        initial.linear("delay", width, shape.inputs());
        initial.normal("position", 0.02, shape.steps(), width);
        for (int i = 0; i < layers; i++) {
            initial.norm(i + ".attention.norm", width);
            initial.linear(i + ".query", width, width);
            initial.linear(i + ".key", width, width);
            initial.linear(i + ".value", width, width);
            initial.linear(i + ".attention.output", width, width);
            initial.norm(i + ".inner.norm", width);
            initial.linear(i + ".inner", 4 * width, width);
            initial.linear(i + ".inner.output", width, 4 * width);
        }
        initial.norm("norm", width);
        initial.linear("output", shape.outputs(), width);
        initial.linear("time", shape.horizon(), shape.steps());
        if (shape.sameBand()) { // of another band the channels' past says nothing one to one
            initial.zeros("skip.weight", shape.horizon(), shape.steps());
            initial.zeros("skip.bias", shape.horizon());
        }
        return initial.tensors();
    }

    @Override
    public NDArray forward(NDArray x_BTC, Parameters p, Pass pass) {
        NDArray delays_BTC = x_BTC.matMul(p.leaf(DELAYS));
        NDArray h_BTD =
                Layers.linear(p, "frequency", x_BTC)
                        .add(Layers.linear(p, "delay", delays_BTC))
                        .add(p.leaf("position"));
        for (int i = 0; i < layers; i++) {
            h_BTD = h_BTD.add(attention(p, i, Layers.norm(p, i + ".attention.norm", h_BTD)));
            NDArray normed_BTD = Layers.norm(p, i + ".inner.norm", h_BTD);
            NDArray inner_BTI = Activation.gelu(Layers.linear(p, i + ".inner", normed_BTD));
            h_BTD = h_BTD.add(Layers.linear(p, i + ".inner.output", inner_BTI));
        }
        NDArray y_BTO = Layers.linear(p, "output", Layers.norm(p, "norm", h_BTD));
        NDArray y_BFO = Layers.overTime(p, "time", y_BTO);
        return shape.sameBand() ? y_BFO.add(Layers.overTime(p, "skip", x_BTC)) : y_BFO;
    }

    private NDArray attention(Parameters p, int layer, NDArray x_BTD) {
        NDArray q_BNTE = split(Layers.linear(p, layer + ".query", x_BTD));
        NDArray k_BNTE = split(Layers.linear(p, layer + ".key", x_BTD));
        NDArray v_BNTE = split(Layers.linear(p, layer + ".value", x_BTD));
        double scale = 1 / Math.sqrt((double) width / heads);
        NDArray weights_BNTT =
                Tensors.times(q_BNTE, scale).matMul(k_BNTE.transpose(0, 1, 3, 2)).softmax(-1);
        NDArray mixed_BTD =
                weights_BNTT.matMul(v_BNTE).transpose(0, 2, 1, 3).reshape(x_BTD.getShape());
        return Layers.linear(p, layer + ".attention.output", mixed_BTD);
    }

    private NDArray split(NDArray x_BTD) {
        Shape shape = x_BTD.getShape();
        return x_BTD.reshape(shape.get(0), shape.get(1), heads, width / heads)
                .transpose(0, 2, 1, 3);
    }
}
