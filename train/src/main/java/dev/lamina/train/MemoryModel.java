package dev.lamina.train;

import dev.lamina.lam.Bert;
import dev.lamina.lam.Lora;
import java.util.List;
import java.util.stream.IntStream;

/// Bytes that training needs at its peak, fp32 (derived; `lamina reproduce sfl --measure` holds it
/// against the resident memory of real processes).
///
/// Of a block, the backward pass keeps in units of b·s·h·4 bytes: the inputs of both norms (2),
/// queries, keys and values (3), the inner layer before its activation function (i/h), the
/// attention weights (a·s/h), and the input of each layer that has an adapter, where queries, keys
/// and values share one. Frozen layers keep nothing else: their weights get no gradient. (The
/// accounting of Korthikanti et al., arXiv 2205.05198, is of full training and comes to much more.)
///
/// On top of what is kept comes what a block holds while it computes: the inner layer twice, before
/// and after its activation function, or on the way back its gradient likewise.
///
/// @param shape of the model
/// @param lora the adapter's shape
/// @param aggregation of the devices' pairs: what is trained, and what lies beside
/// @param classes of the head
record MemoryModel(Bert.Config shape, Lora lora, RankAggregation aggregation, int classes) {
    private static final int FLOAT = 4;

    /// Of the process itself, once: the slack of Java's heap, compiled code, and what the engine's
    /// threads keep. Measured.
    private static final long RUNTIME = 112L << 20;

    /// Values in Java and in the engine, gradient in the engine, two moments.
    private static final int ADAPTER_BYTES = 5 * FLOAT;

    static MemoryModel of(FinetuneSpec spec, Bert.Config shape, int classes) {
        return new MemoryModel(shape, spec.lora(), spec.joining().method(), classes);
    }

    /// The same for a device's rank.
    MemoryModel of(FinetuneSpec spec, int device) {
        return new MemoryModel(shape, spec.lora(device), aggregation, classes);
    }

    /// Frozen weights of the embedding.
    long embedding() {
        return FLOAT * shape.embeddingParameters();
    }

    /// Frozen weights of so many blocks.
    long blocks(int count) {
        return (long) FLOAT * count * shape.blockParameters();
    }

    /// An adapter set of so many blocks, perhaps with the head, and its optimiser.
    long adapter(int count, boolean head) {
        long pairs = 0;
        for (Lora.Target target : lora.targets()) {
            long a = (long) lora.rank() * target.in(shape);
            long b = (long) lora.rank() * target.out(shape);
            pairs += aggregation.trains(Lora.A) ? ADAPTER_BYTES * (a + b) : FLOAT * a;
            pairs += aggregation.trains(Lora.A) ? 0 : ADAPTER_BYTES * b;
        }
        long top = head ? (long) classes * (shape.hidden() + 1) : 0;
        return count * pairs + ADAPTER_BYTES * top;
    }

    /// The frozen differences of so many blocks, in Java and in the engine.
    long differences(int count) {
        if (aggregation != RankAggregation.STACK) {
            return 0;
        }
        long entries = 0;
        for (Lora.Target target : lora.targets()) {
            entries += (long) target.in(shape) * target.out(shape);
        }
        return 2L * FLOAT * count * entries;
    }

    /// What one block keeps of a batch for the backward pass.
    long kept(BatchShape batch) {
        double units = 5.0 + (double) shape.intermediate() / shape.hidden();
        units += (double) shape.heads() * batch.tokens() / shape.hidden();
        if (lora.targets().stream()
                .anyMatch(
                        List.of(Lora.Target.QUERY, Lora.Target.KEY, Lora.Target.VALUE)::contains)) {
            units += 1;
        }
        if (lora.targets().contains(Lora.Target.ATTENTION_OUTPUT)) {
            units += 1;
        }
        if (lora.targets().contains(Lora.Target.INTERMEDIATE)) {
            units += 1;
        }
        if (lora.targets().contains(Lora.Target.OUTPUT)) {
            units += (double) shape.intermediate() / shape.hidden();
        }
        return (long) (units * hidden(batch));
    }

    /// A hidden state.
    long hidden(BatchShape batch) {
        return (long) FLOAT * batch.texts() * batch.tokens() * shape.hidden();
    }

    /// What a block holds while it computes, beyond what it keeps.
    long working(BatchShape batch) {
        return 2 * hidden(batch) * shape.intermediate() / shape.hidden();
    }

    /// A pass through so many blocks, forward and backward.
    ///
    /// @param recompute whether only each block's input is kept
    long pass(int count, BatchShape batch, boolean recompute) {
        // in and out: encoded, decoded and in the engine; and once more where it is copied
        long message = 7 * hidden(batch);
        if (count == 0) {
            return message;
        }
        long kept = recompute ? count * hidden(batch) + kept(batch) : count * kept(batch);
        return message + kept + working(batch);
    }

    /// Most that a device needs: embedding, blocks below the cut, their adapters, and what it keeps
    /// of a batch, of which all micro-batches are under way.
    ///
    /// @param cut blocks on it
    /// @param head whether it has the head as well
    long device(int cut, boolean head, BatchShape batch) {
        return RUNTIME
                + embedding()
                + blocks(cut)
                + adapter(cut, head)
                + differences(cut)
                + pass(cut, batch, false);
    }

    /// Most that the server needs for steps, by what its scheme holds; `sequential`: the part above
    /// the cut of the device at work; `parallel`: that of every device at once; `shared`: what lies
    /// above the lowest cut, an adapter set for each device, and one device's pass at a time;
    /// `ushape`: all blocks, one adapter, and one pass of a group of devices at a time. What is
    /// below the cuts no scheme needs for steps; a server that evaluates too holds the rest of one
    /// model.
    ///
    /// @param batches longest of each device
    long server(FinetuneSpec spec, List<BatchShape> batches) {
        int layers = shape.layers();
        boolean head = !spec.execution().headOnDevice();
        int together = spec.execution().together();
        return switch (spec.scheme()) {
            case CENTRAL -> device(layers, true, batches.getFirst());
            case FEDERATED -> RUNTIME + adapter(layers, true) + differences(layers);
            case SEQUENTIAL ->
                    RUNTIME
                            + IntStream.range(0, batches.size())
                                    .mapToLong(u -> alone(spec, u, batches.get(u)))
                                    .max()
                                    .orElse(0);
            case PARALLEL ->
                    RUNTIME
                            + IntStream.range(0, batches.size())
                                    .mapToLong(u -> alone(spec, u, batches.get(u)))
                                    .sum();
            case USHAPE ->
                    RUNTIME
                            + blocks(layers)
                            + 2 * adapter(layers, true)
                            + batches.stream()
                                    .mapToLong(b ->
                                            pass(
                                                    layers,
                                                    micro(spec, b, together),
                                                    spec.execution().recompute()))
                                    .max()
                                    .orElse(0);
            case SHARED -> {
                long sets = 0;
                long pass = 0;
                int most = 0;
                for (int u = 0; u < batches.size(); u++) {
                    int count = layers - spec.cut(u);
                    sets += of(spec, u).adapter(count, head);
                    most = Math.max(most, count);
                    pass =
                            Math.max(
                                    pass,
                                    pass(
                                            count,
                                            micro(spec, batches.get(u), together),
                                            spec.execution().recompute()));
                }
                yield RUNTIME + blocks(most) + differences(most) + sets + pass;
            }
        };
    }

    private long alone(FinetuneSpec spec, int device, BatchShape batch) {
        int count = shape.layers() - spec.cut(device);
        return blocks(count)
                + of(spec, device).adapter(count, !spec.execution().headOnDevice())
                + differences(count)
                + pass(count, micro(spec, batch, 1), spec.execution().recompute());
    }

    private static BatchShape micro(FinetuneSpec spec, BatchShape batch, int together) {
        int texts = Math.ceilDiv(batch.texts(), spec.execution().microBatches());
        return new BatchShape(texts * together, batch.tokens());
    }

    /// Of each device; none where all is in one place.
    List<Long> devices(FinetuneSpec spec, List<BatchShape> batches) {
        boolean cut = spec.scheme().cut();
        return IntStream.range(0, spec.scheme().pooled() ? 0 : batches.size())
                .mapToObj(u ->
                        of(spec, u)
                                .device(
                                        cut ? spec.cut(u) : shape.layers(),
                                        !cut || spec.execution().headOnDevice(),
                                        batches.get(u)))
                .toList();
    }
}
