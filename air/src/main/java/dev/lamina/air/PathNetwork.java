package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The computation of a [PathModel]: features to tokens, the blocks beside them, and for each path
/// how much to trust which guess and what to add.
///
/// Shape suffixes: B tracks, P paths, C features, I inner, H hidden, G guesses, F steps to come, T
/// steps of the past, S ports (2S: real parts, then imaginary parts).
final class PathNetwork implements Network {
    /// Between features and tokens: fewer than a token is wide, as servers send these weights.
    private static final int FEATURES = 128;

    private static final double TRUST = 4; // sigmoid(4) = 0.98
    private static final double FIRST_GUESS = 2;

    private final PathModel model;
    private final Blocks blocks;

    PathNetwork(PathModel model) {
        this.model = model;
        blocks = Blocks.load(model.backbone(), model.blocks(), Paths.MOST, model.loraRank());
    }

    @Override
    public SequencedMap<String, FloatTensor> initial(long seed) {
        Initial initial = new Initial(seed);
        int hidden = blocks.hidden();
        initial.linear("feature", FEATURES, PathTokens.features(model.steps()));
        initial.linear("token", hidden, FEATURES);
        blocks.addInitial(initial);
        initial.norm("norm", hidden);
        initial.zeros("trust.weight", 1, hidden);
        initial.zeros("trust.bias", 1).values()[0] = (float) TRUST;
        initial.zeros("guess.weight", PathTokens.GUESS_COUNT, hidden);
        initial.zeros("guess.bias", PathTokens.GUESS_COUNT).values()[0] = (float) FIRST_GUESS;
        initial.zeros("prediction.weight", model.horizon() * 2L * model.steps(), hidden);
        initial.zeros("prediction.bias", model.horizon() * 2L * model.steps());
        return initial.tensors();
    }

    /// How many weights there are that are not trained.
    long frozen() {
        return blocks.frozen();
    }

    @Override
    public Map<String, FloatTensor> constants() {
        return blocks.constants();
    }

    /// Gains of each path to come, `[B,P,F,2S]`.
    NDArray forward(PathBatch batch, Parameters p, Pass pass) {
        NDArray inner_BPI = Activation.gelu(Layers.linear(p, "feature", batch.features_BPC()));
        NDArray tokens_BPH = Layers.linear(p, "token", inner_BPI);
        NDArray seen_BPH = tokens_BPH.add(blocks.forward(tokens_BPH, batch.mask_BP(), p, pass));
        NDArray h_BPH = Layers.norm(p, "norm", seen_BPH);
        NDArray trust_BP1 = Activation.sigmoid(Layers.linear(p, "trust", h_BPH));
        NDArray shares_BPG = Layers.linear(p, "guess", h_BPH).softmax(-1).mul(trust_BP1);
        long tracks = h_BPH.getShape().get(0);
        long paths = h_BPH.getShape().get(1);
        NDArray guessed_BPFS =
                shares_BPG
                        .reshape(tracks, paths, 1, PathTokens.GUESS_COUNT)
                        .matMul(batch.guesses_BPGV())
                        .reshape(tracks, paths, model.horizon(), -1);
        NDArray weights_BPFT =
                Layers.linear(p, "prediction", h_BPH)
                        .reshape(tracks, paths, model.horizon(), 2L * model.steps());
        return turned(
                guessed_BPFS.add(weights_BPFT.matMul(batch.series_BPTS())), batch.turns_BPF1());
    }

    /// Floating-point operations of the matrix products for one track (derived): 2 for each weight
    /// of a linear layer and token, the blocks' own ([Blocks#flops]), and the products of weights
    /// with guesses and series. Norms and the like are not counted.
    ///
    /// @param paths P, the tokens
    /// @param ports S
    double flops(int paths, int ports) {
        double hidden = blocks.hidden();
        double inputs = PathTokens.features(model.steps());
        double weights = model.horizon() * 2.0 * model.steps();
        double linear =
                FEATURES * (inputs + hidden) + hidden * (1 + PathTokens.GUESS_COUNT + weights);
        double products =
                2.0 * ports * (PathTokens.GUESS_COUNT * (double) model.horizon() + weights);
        return 2 * paths * (linear + products) + blocks.flops(paths);
    }

    /// Brings gains back to their Doppler shift.
    private static NDArray turned(NDArray y_BPFS, List<NDArray> turns_BPF1) {
        long ports = y_BPFS.getShape().get(3) / 2;
        NDArray real = y_BPFS.get(":,:,:,:" + ports);
        NDArray imaginary = y_BPFS.get(":,:,:," + ports + ":");
        NDArray c = turns_BPF1.get(0);
        NDArray s = turns_BPF1.get(1);
        return Layers.concat(
                List.of(real.mul(c).sub(imaginary.mul(s)), real.mul(s).add(imaginary.mul(c))), 3);
    }

    @Override
    public void close() {
        blocks.close();
    }
}
