package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import dev.lamina.lam.Backbone;
import dev.lamina.lam.Bert;
import dev.lamina.lam.Segment;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Blocks of a BERT. As in Hugging Face's `inputs_embeds`, the embeddings of places and of the
/// first type are added to the input and the sum is normalised before the first block.
final class BertBlocks implements Blocks {
    private static final String PLACES = PREFIX + "position";
    private static final String NORM = PREFIX + "norm";

    private final Backbone backbone;
    private final List<Bert.Block> blocks;
    private final Tuning tuning;

    /// `[T,H]`: places and the first type, summed.
    private final FloatTensor places;

    BertBlocks(Backbone backbone, int blocks, int tokens, Tuning tuning) {
        this.backbone = backbone;
        this.blocks = backbone.bert().blocks().subList(0, blocks);
        this.tuning = tuning;
        places = Tensors.toJava(backbone.bert().embeddings().position()).slice(0, tokens);
        float[] type = Tensors.toJava(backbone.bert().embeddings().type()).slice(0, 1).values();
        for (int i = 0; i < places.size(); i++) {
            places.values()[i] += type[i % type.length];
        }
    }

    @Override
    public int hidden() {
        return backbone.bert().config().hidden();
    }

    @Override
    public long frozen() {
        long weights = blocks.size() * backbone.bert().config().blockParameters();
        return tuning.pairs()
                ? weights + places.size() + 2L * hidden()
                : weights - 4L * hidden() * blocks.size();
    }

    @Override
    public void addInitial(Initial initial) {
        if (tuning.pairs()) {
            for (int i = 0; i < blocks.size(); i++) {
                for (String layer : List.of("query", "key", "value")) {
                    tuning.addPair(initial, Blocks.name(i, layer), hidden(), hidden());
                }
            }
            return;
        }
        embedding().forEach(initial::given);
        for (int i = 0; i < blocks.size(); i++) {
            Tuning.addNorm(
                    initial, Blocks.name(i, "attention.norm"), blocks.get(i).attentionNorm());
            Tuning.addNorm(initial, Blocks.name(i, "output.norm"), blocks.get(i).outputNorm());
        }
    }

    private Map<String, FloatTensor> embedding() {
        Bert.LayerNorm norm = backbone.bert().embeddings().norm();
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        tensors.put(PLACES, places);
        tensors.put(NORM + ".weight", Tensors.toJava(norm.weight()));
        tensors.put(NORM + ".bias", Tensors.toJava(norm.bias()));
        return tensors;
    }

    @Override
    public Map<String, FloatTensor> constants() {
        return tuning.pairs() ? embedding() : Map.of();
    }

    @Override
    public NDArray forward(NDArray x_BTH, NDArray mask_BT, Parameters parameters, Pass pass) {
        NDArray embedded_BTH =
                Layers.norm(
                        parameters,
                        NORM,
                        x_BTH.add(parameters.leaf(PLACES).get(":" + x_BTH.getShape().get(1))),
                        backbone.bert().config().layerNormEps());
        List<Bert.Block> tuned = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            tuned.add(tuned(i, parameters));
        }
        return new Segment(null, 0, tuned, null).forward(embedded_BTH, mask_BT);
    }

    @Override
    public double flops(int tokens) {
        int inner = backbone.bert().config().intermediate();
        double block =
                Blocks.blockFlops(tokens, hidden(), inner)
                        + 3 * tuning.flops(tokens, hidden(), hidden());
        return blocks.size() * block;
    }

    private Bert.Block tuned(int block, Parameters parameters) {
        Bert.Block b = blocks.get(block);
        return new Bert.Block(
                b.heads(),
                tuning.linear(b.query(), Blocks.name(block, "query"), parameters),
                tuning.linear(b.key(), Blocks.name(block, "key"), parameters),
                tuning.linear(b.value(), Blocks.name(block, "value"), parameters),
                b.attentionOutput(),
                tuning.norm(b.attentionNorm(), Blocks.name(block, "attention.norm"), parameters),
                b.intermediate(),
                b.output(),
                tuning.norm(b.outputNorm(), Blocks.name(block, "output.norm"), parameters));
    }

    @Override
    public void close() {
        backbone.close();
    }
}
