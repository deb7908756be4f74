package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Gpt2;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Blocks of a GPT-2, and the norm after its last one.
final class GptBlocks implements Blocks {
    private static final String PLACES = PREFIX + "position";
    private static final String NORM = PREFIX + "norm";

    private final NDManager manager;
    private final Gpt2 model;
    private final Tuning tuning;

    /// `[T,H]`.
    private final FloatTensor places;

    GptBlocks(NDManager manager, Gpt2 model, int tokens, Tuning tuning) {
        this.manager = manager;
        this.model = model;
        this.tuning = tuning;
        places = Tensors.toJava(model.position()).slice(0, tokens);
    }

    @Override
    public int hidden() {
        return model.config().hidden();
    }

    @Override
    public long frozen() {
        long h = hidden();
        long f = model.config().intermediate();
        long linear = 4 * h * h + 2 * h * f + 5 * h + f; // of a block, with biases
        return tuning.pairs()
                ? model.blocks().size() * (linear + 4 * h) + places.size() + 2 * h
                : model.blocks().size() * linear;
    }

    @Override
    public void addInitial(Initial initial) {
        if (tuning.pairs()) {
            for (int i = 0; i < model.blocks().size(); i++) {
                tuning.addPair(initial, Blocks.name(i, "attention"), 3 * hidden(), hidden());
            }
            return;
        }
        initial.given(PLACES, places);
        for (int i = 0; i < model.blocks().size(); i++) {
            Gpt2.Block block = model.blocks().get(i);
            Tuning.addNorm(initial, Blocks.name(i, "attention.norm"), block.attentionNorm());
            Tuning.addNorm(initial, Blocks.name(i, "intermediate.norm"), block.intermediateNorm());
        }
        Tuning.addNorm(initial, NORM, model.norm());
    }

    @Override
    public Map<String, FloatTensor> constants() {
        return tuning.pairs() ? Map.of(PLACES, places) : Map.of();
    }

    @Override
    public NDArray forward(NDArray x_BTH, NDArray mask_BT, Parameters parameters, Pass pass) {
        List<Gpt2.Block> tuned = new ArrayList<>();
        for (int i = 0; i < model.blocks().size(); i++) {
            tuned.add(tuned(i, parameters));
        }
        return new Gpt2(
                        model.config(),
                        parameters.leaf(PLACES),
                        tuned,
                        tuning.norm(model.norm(), NORM, parameters))
                .forward(x_BTH);
    }

    @Override
    public double flops(int tokens) {
        double block =
                Blocks.blockFlops(tokens, hidden(), model.config().intermediate())
                        + tuning.flops(tokens, 3 * hidden(), hidden());
        return model.blocks().size() * block;
    }

    private Gpt2.Block tuned(int block, Parameters parameters) {
        Gpt2.Block b = model.blocks().get(block);
        String attention = Blocks.name(block, "attention");
        return new Gpt2.Block(
                b.heads(),
                tuning.norm(b.attentionNorm(), attention + ".norm", parameters),
                tuning.linear(b.attention(), attention, parameters),
                b.attentionOutput(),
                tuning.norm(
                        b.intermediateNorm(), Blocks.name(block, "intermediate.norm"), parameters),
                b.intermediate(),
                b.output());
    }

    @Override
    public void close() {
        manager.close();
    }
}
