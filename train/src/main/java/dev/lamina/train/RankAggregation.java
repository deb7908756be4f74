package dev.lamina.train;

import dev.lamina.base.BadInputException;
import dev.lamina.lam.Lora;
import java.util.Arrays;
import java.util.Locale;

/// How the pairs of the devices become one at a round's end ([PairAggregation]), for W + s·B·A with
/// one scaling s for all devices ([Joining]). The head is averaged in every case.
///
/// | name | source | the new product is |
/// |---|---|---|
/// | average | FedIT, arXiv 2305.05644 | mean(B)·mean(A): not the mean of B·A; equal ranks only |
/// | zero-pad | arXiv 2505.03139 | the same of pairs padded with zeros to the greatest rank |
/// | svd | the mean of B·A, factored again | the mean, but for what the greatest rank cuts off |
/// | stack | FLoRA, arXiv 2409.05976 | the mean, merged into a frozen difference |
/// | ffa | FFA-LoRA, arXiv 2403.12313 | the mean, of pairs that share a frozen A |
public enum RankAggregation {
    AVERAGE,
    ZERO_PAD,
    SVD,
    STACK,
    FFA;

    /// Whether a device trains and sends this tensor.
    boolean trains(String name) {
        return this != FFA || !name.endsWith(Lora.A);
    }

    /// Whether optimisers begin each round afresh: the axes of the new pairs are others than those
    /// that the moments were collected along.
    boolean restarts() {
        return this == SVD || this == STACK;
    }

    /// The method of this name.
    ///
    /// @throws BadInputException if there is none
    public static RankAggregation of(String name) {
        for (RankAggregation method : values()) {
            if (method.toString().equals(name)) {
                return method;
            }
        }
        throw new BadInputException(
                "aggregation '" + name + "' is not known",
                "take one of "
                        + String.join(
                                ", ",
                                Arrays.stream(values()).map(RankAggregation::toString).toList())
                        + ".");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
