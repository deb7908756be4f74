package dev.lamina.train;

import dev.lamina.lam.Bert;
import dev.lamina.lam.Segment;
import java.util.ArrayList;
import java.util.List;

/// Bytes that a part of a model needs in training, fp32 (derived; not measured): frozen weights,
/// four times the adapter (values, gradient, two moments), and what the backward pass keeps of a
/// batch, for each block the reference accounting of Korthikanti et al., arXiv 2205.05198, without
/// dropout masks: b·s·h·(64 + 8·a·s/h).
final class MemoryModel {
    private final Bert.Config shape;

    MemoryModel(Bert.Config shape) {
        this.shape = shape;
    }

    /// Most that the server needs.
    ///
    /// @param longest tokens of each device's longest text
    long serverPeak(FinetuneSpec spec, TaskModel model, List<Integer> longest) {
        if (!spec.scheme().cut()) {
            long adapter = adapter(model.adapterParameters());
            return spec.scheme().pooled()
                    ? weights(model.whole())
                            + adapter
                            + activations(
                                    model.whole().blocks().size(), spec.batch(), longest.get(0))
                    : adapter;
        }
        long bytes = weights(model.whole());
        long activations = 0;
        for (int u = 0; u < longest.size(); u++) {
            Segment part = model.parts(u).middle();
            bytes += adapter(model.adapterParameters(part));
            activations =
                    Math.max(
                            activations,
                            activations(part.blocks().size(), spec.batch(), longest.get(u)));
        }
        return bytes + activations;
    }

    /// Most that each device needs; none where all is in one place.
    List<Long> devicePeaks(FinetuneSpec spec, TaskModel model, List<Integer> longest) {
        List<Long> bytes = new ArrayList<>();
        for (int u = 0; u < longest.size() && !spec.scheme().pooled(); u++) {
            Segment part = model.parts(u).lower();
            bytes.add(
                    weights(part)
                            + adapter(model.adapterParameters(part))
                            + activations(part.blocks().size(), spec.batch(), longest.get(u)));
        }
        return bytes;
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
