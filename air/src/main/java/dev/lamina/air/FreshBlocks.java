package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Pre-norm transformer blocks (Xiong et al., arXiv 2002.04745) with GELU that begin at random and
/// are trained whole. Every token sees every other; they have no places.
///
/// Shape suffixes: B batch, T tokens, D width, N heads, E = D/N, I = 4D.
///
/// @param layers blocks
/// @param width D
/// @param heads N
record FreshBlocks(int layers, int width, int heads) implements Blocks {
    /// What their name as a backbone begins with.
    static final String PREFIX_OF_NAMES = "fresh:";

    private static final Pattern NAME = Pattern.compile("fresh:(\\d{1,5})x(\\d{1,3})");
    private static final double FAR = -1e9;

    FreshBlocks {
        check(layers, width, heads);
    }

    static void check(int layers, int width, int heads) {
        BadInputException.check(
                width >= 1 && heads >= 1 && width % heads == 0 && layers >= 0 && width <= 1 << 14,
                "a width of " + width + " with " + heads + " heads and " + layers + " layers",
                "take a width of 64 with 4 heads and 3 layers.");
    }

    /// @param name `fresh:WIDTHxHEADS`
    static FreshBlocks parse(String name, int layers) {
        Matcher matcher = NAME.matcher(name);
        BadInputException.check(
                matcher.matches(),
                "backbone '" + name + "'",
                "take fresh:WIDTHxHEADS, such as fresh:128x4.");
        return new FreshBlocks(
                layers, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    @Override
    public int hidden() {
        return width;
    }

    @Override
    public long frozen() {
        return 0;
    }

    @Override
    public void addInitial(Initial initial) {
        for (int i = 0; i < layers; i++) {
            initial.norm(Blocks.name(i, "attention.norm"), width);
            initial.linear(Blocks.name(i, "query"), width, width);
            initial.linear(Blocks.name(i, "key"), width, width);
            initial.linear(Blocks.name(i, "value"), width, width);
            initial.linear(Blocks.name(i, "attention.output"), width, width);
            initial.norm(Blocks.name(i, "inner.norm"), width);
            initial.linear(Blocks.name(i, "inner"), 4 * width, width);
            initial.linear(Blocks.name(i, "inner.output"), width, 4 * width);
        }
    }

    @Override
    public Map<String, FloatTensor> constants() {
        return Map.of();
    }

    @Override
    public NDArray forward(NDArray x_BTD, NDArray mask_BT, Parameters p, Pass pass) {
        NDArray far_B11T =
                Tensors.times(mask_BT.neg().add(1), FAR)
                        .reshape(mask_BT.getShape().get(0), 1, 1, mask_BT.getShape().get(1));
        NDArray h_BTD = x_BTD;
        for (int i = 0; i < layers; i++) {
            NDArray seen_BTD = Layers.norm(p, Blocks.name(i, "attention.norm"), h_BTD);
            h_BTD = h_BTD.add(attention(p, i, seen_BTD, far_B11T));
            NDArray normed_BTD = Layers.norm(p, Blocks.name(i, "inner.norm"), h_BTD);
            NDArray inner_BTI =
                    Activation.gelu(Layers.linear(p, Blocks.name(i, "inner"), normed_BTD));
            h_BTD = h_BTD.add(Layers.linear(p, Blocks.name(i, "inner.output"), inner_BTI));
        }
        return h_BTD;
    }

    @Override
    public double flops(int tokens) {
        return layers * Blocks.blockFlops(tokens, width, 4 * width);
    }

    private NDArray attention(Parameters p, int layer, NDArray x_BTD, NDArray far_B11T) {
        NDArray q_BNTE = split(Layers.linear(p, Blocks.name(layer, "query"), x_BTD));
        NDArray k_BNTE = split(Layers.linear(p, Blocks.name(layer, "key"), x_BTD));
        NDArray v_BNTE = split(Layers.linear(p, Blocks.name(layer, "value"), x_BTD));
        double scale = 1 / Math.sqrt((double) width / heads);
        NDArray weights_BNTT =
                Tensors.times(q_BNTE, scale)
                        .matMul(k_BNTE.transpose(0, 1, 3, 2))
                        .add(far_B11T)
                        .softmax(-1);
        NDArray mixed_BTD =
                weights_BNTT.matMul(v_BNTE).transpose(0, 2, 1, 3).reshape(x_BTD.getShape());
        return Layers.linear(p, Blocks.name(layer, "attention.output"), mixed_BTD);
    }

    private NDArray split(NDArray x_BTD) {
        Shape shape = x_BTD.getShape();
        return x_BTD.reshape(shape.get(0), shape.get(1), heads, width / heads)
                .transpose(0, 2, 1, 3);
    }

    @Override
    public void close() {}
}
