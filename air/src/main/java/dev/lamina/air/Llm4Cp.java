package dev.lamina.air;

import dev.lamina.base.BadInputException;

/// LLM4CP (Liu et al., arXiv 2406.14440; its code's `models/GPT4CP.py`), rebuilt: two branches of
/// attentive residual convolutions, over subcarriers and over delays, make a token of each time
/// step; the first blocks of a pretrained language model run over them; linear layers give the
/// future. Computed by [Llm4CpNetwork].
///
/// Mended against the original: each track is scaled by its own history, not by the whole batch, so
/// that a prediction does not depend on its companions; real and imaginary parts are taken apart in
/// the delay branch as they lie; each branch has patches of its own; the transform to delays keeps
/// the power. Of the embeddings of places only those that are used are trained.
///
/// @param shape of the sequences
/// @param backbone a bundled model (`minilm`, `bge-small`), a Hugging Face directory with a BERT or
///   a GPT-2, or `shape:LAYERSxHIDDENxHEADS` for random weights
/// @param blocks how many of its blocks, the first ones; 6 in LLM4CP
/// @param loraRank of pairs beside query, key and value; 0 to train the backbone's layer norms and
///   embeddings of places instead, as LLM4CP does
/// @param patch steps that are mixed together before the convolutions; 4 in LLM4CP
/// @param planes of the convolutions; 64 in LLM4CP
/// @param residuals blocks of convolutions in each branch; 4 in LLM4CP
/// @param dropout of the tokens in training; 0.1 in LLM4CP
public record Llm4Cp(
        SequenceShape shape,
        String backbone,
        int blocks,
        int loraRank,
        int patch,
        int planes,
        int residuals,
        double dropout)
        implements SequenceModel {
    public Llm4Cp {
        BadInputException.check(
                patch >= 1 && shape.steps() % patch == 0,
                "patches of " + patch + " steps in a history of " + shape.steps(),
                "take a divisor of the history.");
        BadInputException.check(
                shape.steps() >= 2, "a history of 1 step", "take 16: tokens see their neighbours.");
        BadInputException.check(
                blocks >= 1 && loraRank >= 0,
                blocks + " blocks, rank " + loraRank,
                "take 6 and 0.");
        BadInputException.check(
                planes >= 1 && planes <= 4096 && residuals >= 0 && residuals <= 1000,
                residuals + " residual blocks of " + planes + " planes",
                "take 4 of 64.");
        BadInputException.check(
                dropout >= 0 && dropout < 1,
                "dropout " + dropout + " is outside 0 to below 1",
                "take 0.1.");
    }

    /// As in the paper, but for the backbone.
    public static Llm4Cp standard(SequenceShape shape, String backbone, int blocks) {
        return new Llm4Cp(shape, backbone, blocks, 0, 4, 64, 4, 0.1);
    }

    /// The same with pairs of this rank in place of trained norms.
    public Llm4Cp withLora(int rank) {
        return new Llm4Cp(shape, backbone, blocks, rank, patch, planes, residuals, dropout);
    }

    /// The same with lighter convolutions: on a CPU they take most of the time.
    public Llm4Cp withConvolutions(int otherPlanes, int otherResiduals) {
        return new Llm4Cp(
                shape, backbone, blocks, loraRank, patch, otherPlanes, otherResiduals, dropout);
    }

    @Override
    public String name() {
        return "llm4cp";
    }

    @Override
    public SequenceNetwork network() {
        return new Llm4CpNetwork(this, Blocks.load(backbone, blocks, shape.steps(), loraRank));
    }
}
