package dev.lamina.air;

import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import java.util.List;
import java.util.Map;

/// A large model over a channel's paths (ours; [A] IV-A asks for a pre-processor, an encoder to
/// tokens and LoRA beside a frozen backbone). What a path is, [PathFinder] says; the tokens
/// ([PathTokens]) are its gains' correlations in time. For each path the model weighs
/// autoregressions of several orders, says how far to trust them, and adds a linear prediction of
/// its own: with weights that it has learned nothing of, it predicts as the first autoregression
/// does. Computed by [PathNetwork].
///
/// A track's number of paths, ports, antennas and subcarriers is free, and so is the band that is
/// predicted, which the tokens tell: only the steps are fixed. (A model that has only seen one band
/// knows nothing of another.)
///
/// @param steps of the history, T
/// @param horizon steps to predict, F
/// @param backbone a bundled model (`minilm`, `bge-small`), a Hugging Face directory with a BERT or
///   a GPT-2, `shape:LAYERSxHIDDENxHEADS` for such a one with random weights; or
///   `fresh:WIDTHxHEADS` for blocks that are trained whole
/// @param blocks how many of its blocks, the first ones
/// @param loraRank of pairs beside query, key and value; 0 to train layer norms and places instead
public record PathModel(int steps, int horizon, String backbone, int blocks, int loraRank)
        implements TrainableModel {
    public PathModel {
        BadInputException.check(
                steps >= 2 && steps <= 256 && horizon >= 1 && horizon <= 256,
                "a history of " + steps + " steps and a horizon of " + horizon,
                "take 16 and 4.");
        BadInputException.check(
                blocks >= 1 && loraRank >= 0,
                blocks + " blocks, rank " + loraRank,
                "take 3 and 8.");
    }

    @Override
    public String name() {
        return "lam";
    }

    @Override
    public List<String> outputLayers() {
        return List.of("trust.", "guess.", "prediction.");
    }

    @Override
    public PathPredictor fresh(long seed) {
        return PathPredictor.fresh(this, seed);
    }

    @Override
    public PathPredictor of(Map<String, FloatTensor> values) {
        return PathPredictor.of(this, values);
    }
}
