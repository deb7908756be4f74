package dev.lamina.train;

import dev.lamina.lam.Bert;
import dev.lamina.lam.Segment;

/// Bytes that a part of a model needs in training, fp32 (derived; not measured): frozen weights,
/// four times the adapter (values, gradient, two moments), and what the backward pass keeps of a
/// batch, for each block the reference accounting of Korthikanti et al., arXiv 2205.05198, without
/// dropout masks: b·s·h·(64 + 8·a·s/h).
final class MemoryModel {
    private final Bert.Config shape;

    MemoryModel(Bert.Config shape) {
        this.shape = shape;
    }

    long weights(Segment part) {
        return 4
                * ((part.embeddings() == null ? 0 : shape.embeddingParameters())
                        + part.blocks().size() * shape.blockParameters());
    }

    long adapter(long parameters) {
        return 16 * parameters;
    }

    /// Of a batch of `batch` texts of `tokens` tokens.
    long activations(int blocks, int batch, int tokens) {
        long perBlock =
                (long) batch * tokens * (64L * shape.hidden() + 8L * shape.heads() * tokens);
        return blocks * perBlock;
    }
}
