package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Bert;
import dev.lamina.lam.Gpt2;
import dev.lamina.lam.Linear;
import dev.lamina.lam.Lora;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Blocks of a GPT-2, and the norm after its last one.
final class GptBlocks implements PretrainedBlocks {
    private static final String PLACES = PREFIX + "position";
    private static final String NORM = PREFIX + "norm";

    private final NDManager manager;
    private final Gpt2 model;
    private final int loraRank;

    /// `[T,H]`.
    private final FloatTensor places;

    GptBlocks(NDManager manager, Gpt2 model, int tokens, int loraRank) {
        this.manager = manager;
        this.model = model;
        this.loraRank = loraRank;
        places = Tensors.toJava(model.position()).slice(0, tokens);
    }

    @Override
    public int hidden() {
        return model.config().hidden();
    }

    @Override
    public void addInitial(Initial initial) {
        if (loraRank > 0) {
            for (int i = 0; i < model.blocks().size(); i++) {
                PretrainedBlocks.addPair(
                        initial, name(i, "attention"), 3 * hidden(), hidden(), loraRank);
            }
            return;
        }
        initial.given(PLACES, places);
        for (int i = 0; i < model.blocks().size(); i++) {
            Gpt2.Block block = model.blocks().get(i);
            addNorm(initial, name(i, "attention.norm"), block.attentionNorm());
            addNorm(initial, name(i, "intermediate.norm"), block.intermediateNorm());
        }
        addNorm(initial, NORM, model.norm());
    }

    private static void addNorm(Initial initial, String name, Bert.LayerNorm norm) {
        initial.given(name + ".weight", Tensors.toJava(norm.weight()));
        initial.given(name + ".bias", Tensors.toJava(norm.bias()));
    }

    private static String name(int block, String layer) {
        return PREFIX + block + "." + layer;
    }

    @Override
    public Map<String, FloatTensor> constants() {
        return loraRank > 0 ? Map.of(PLACES, places) : Map.of();
    }

    @Override
    public NDArray forward(NDArray x_BTH, Parameters parameters, Pass pass) {
        List<Gpt2.Block> tuned = new ArrayList<>();
        for (int i = 0; i < model.blocks().size(); i++) {
            tuned.add(tuned(i, parameters));
        }
        return new Gpt2(
                        model.config(),
                        parameters.leaf(PLACES),
                        tuned,
                        norm(model.norm(), NORM, parameters))
                .forward(x_BTH);
    }

    private Gpt2.Block tuned(int block, Parameters parameters) {
        Gpt2.Block b = model.blocks().get(block);
        String attention = name(block, "attention");
        Linear adapted =
                loraRank == 0
                        ? b.attention()
                        : Lora.beside(
                                b.attention(),
                                parameters.leaf(attention + ".lora_A.weight"),
                                parameters.leaf(attention + ".lora_B.weight"),
                                SCALING);
        return new Gpt2.Block(
                b.heads(),
                norm(b.attentionNorm(), attention + ".norm", parameters),
                adapted,
                b.attentionOutput(),
                norm(b.intermediateNorm(), name(block, "intermediate.norm"), parameters),
                b.intermediate(),
                b.output());
    }

    private Bert.LayerNorm norm(Bert.LayerNorm frozen, String name, Parameters parameters) {
        return loraRank > 0
                ? frozen
                : new Bert.LayerNorm(
                        parameters.leaf(name + ".weight"),
                        parameters.leaf(name + ".bias"),
                        frozen.eps());
    }

    @Override
    public void close() {
        manager.close();
    }
}
