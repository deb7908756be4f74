package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.lam.Backbone;
import dev.lamina.lam.Gpt2;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.nio.file.Path;
import java.util.Map;

/// The blocks of a transformer that run on embeddings of something else than text: the first ones
/// of a pretrained model, whose linear layers are frozen ([Tuning] says what is trained), or fresh
/// ones, of which all is trained.
sealed interface Blocks extends AutoCloseable permits BertBlocks, GptBlocks, FreshBlocks {
    /// What the names of trained tensors begin with.
    String PREFIX = "backbone.";

    /// Length of an embedding.
    int hidden();

    /// How many weights there are that are not trained.
    long frozen();

    /// Adds fresh values of what is trained.
    void addInitial(Initial initial);

    /// What stands beside the parameters and is not trained.
    Map<String, FloatTensor> constants();

    /// `[B,T,H]` to `[B,T,H]`; T is at most the number of tokens they were loaded for.
    ///
    /// @param mask_BT 1 on tokens and 0 on padding after them
    NDArray forward(NDArray x_BTH, NDArray mask_BT, Parameters parameters, Pass pass);

    /// Floating-point operations of the matrix products for one sequence of so many tokens.
    double flops(int tokens);

    /// Of one transformer block (derived): 2 for each weight of its linear layers and token, and
    /// attention's two products of tokens with tokens.
    ///
    /// @param hidden H
    /// @param inner I
    static double blockFlops(int tokens, int hidden, int inner) {
        double linear = 4.0 * hidden * hidden + 2.0 * hidden * inner;
        return 2.0 * tokens * linear + 4.0 * tokens * tokens * hidden;
    }

    @Override
    void close();

    /// Loads them.
    ///
    /// @param model a bundled model, a directory with a BERT or a GPT-2, `shape:…` for one with
    ///   random weights (always the same), or `fresh:WIDTHxHEADS`
    /// @param blocks how many, the first ones
    /// @param tokens of each sequence
    /// @param loraRank of the pairs; 0 to train norms and places instead
    /// @throws BadInputException if there is no such model or it is too small
    static Blocks load(String model, int blocks, int tokens, int loraRank) {
        if (model.startsWith(FreshBlocks.PREFIX_OF_NAMES)) {
            return FreshBlocks.parse(model, blocks);
        }
        if (!model.startsWith("shape:") && Gpt2.isIn(Path.of(model))) {
            NDManager manager = Tensors.newManager();
            try {
                Gpt2 gpt = Gpt2.load(Path.of(model), blocks, manager);
                check(model, gpt.config().layers(), gpt.config().positions(), blocks, tokens);
                return new GptBlocks(manager, gpt, tokens, new Tuning(loraRank));
            } catch (RuntimeException e) {
                manager.close();
                throw e;
            }
        }
        Backbone backbone = Backbone.load(model, 0);
        try {
            check(
                    model,
                    backbone.bert().config().layers(),
                    backbone.bert().config().positions(),
                    blocks,
                    tokens);
            return new BertBlocks(backbone, blocks, tokens, new Tuning(loraRank));
        } catch (RuntimeException e) {
            backbone.close();
            throw e;
        }
    }

    private static void check(String model, int layers, int positions, int blocks, int tokens) {
        BadInputException.check(
                blocks <= layers,
                blocks + " blocks of " + model + ", which has " + layers,
                "take from 1 to that many.");
        BadInputException.check(
                tokens <= positions,
                tokens + " tokens for " + model + ", which has " + positions + " places",
                "take another backbone.");
    }

    /// Of a layer's trained tensors.
    static String name(int block, String layer) {
        return PREFIX + block + "." + layer;
    }
}
