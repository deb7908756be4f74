package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
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
        FreshBlocks.check(layers, width, heads);
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
        blocks().addInitial(initial);
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
        NDArray mask_BT = pass.manager().ones(h_BTD.getShape().slice(0, 2));
        h_BTD = blocks().forward(h_BTD, mask_BT, p, pass);
        NDArray y_BTO = Layers.linear(p, "output", Layers.norm(p, "norm", h_BTD));
        NDArray y_BFO = Layers.overTime(p, "time", y_BTO);
        return shape.sameBand() ? y_BFO.add(Layers.overTime(p, "skip", x_BTC)) : y_BFO;
    }

    private FreshBlocks blocks() {
        return new FreshBlocks(layers, width, heads);
    }
}
