package dev.lamina.air;

import dev.lamina.base.BadInputException;
import dev.lamina.lam.Bert;
import dev.lamina.lam.Linear;
import dev.lamina.lam.Lora;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;

/// What of pretrained blocks is trained: layer norms, or low-rank pairs beside linear layers.
///
/// @param rank of the pairs; 0 for the norms
record Tuning(int rank) {
    /// α/r: the pairs count as they are.
    private static final double SCALING = 1;

    /// Whether pairs are trained, and everything else is frozen.
    boolean pairs() {
        return rank > 0;
    }

    /// Adds a fresh pair: A uniform in ±1/√in, B zero, so that it changes nothing at first.
    void addPair(Initial initial, String name, int out, int in) {
        BadInputException.check(
                rank <= Math.min(in, out),
                "rank " + rank + " is above " + Math.min(in, out) + ", the layer's smaller side",
                "take a rank of 8.");
        initial.uniform(name + ".lora_A.weight", 1 / Math.sqrt(in), rank, in);
        initial.zeros(name + ".lora_B.weight", out, rank);
    }

    /// Floating-point operations of a pair for so many tokens.
    double flops(int tokens, int out, int in) {
        return 2.0 * tokens * rank * (out + in);
    }

    /// Adds a norm as it was pretrained.
    static void addNorm(Initial initial, String name, Bert.LayerNorm norm) {
        initial.given(name + ".weight", Tensors.toJava(norm.weight()));
        initial.given(name + ".bias", Tensors.toJava(norm.bias()));
    }

    /// A frozen layer, with its pair beside it if there is one.
    Linear linear(Linear frozen, String name, Parameters parameters) {
        return pairs()
                ? Lora.beside(
                        frozen,
                        parameters.leaf(name + ".lora_A.weight"),
                        parameters.leaf(name + ".lora_B.weight"),
                        SCALING)
                : frozen;
    }

    /// A norm: the trained one, unless pairs are trained.
    Bert.LayerNorm norm(Bert.LayerNorm frozen, String name, Parameters parameters) {
        return pairs()
                ? frozen
                : new Bert.LayerNorm(
                        parameters.leaf(name + ".weight"),
                        parameters.leaf(name + ".bias"),
                        frozen.eps());
    }
}
