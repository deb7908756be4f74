package dev.lamina.train;

import dev.lamina.wire.ProtocolException;
import java.util.List;

/// Which piece of which step a message is about.
///
/// @param round counted from 0
/// @param step the device's step, counted from 0 over the whole run
/// @param part of the step's batch, counted from 0
/// @param parts that the batch is cut into
/// @param texts in the whole batch
public record MicroBatch(int round, int step, int part, int parts, int texts) {
    public MicroBatch {
        ProtocolException.check(
                round >= 0 && step >= 0 && texts >= 1 && parts >= 1 && parts <= texts,
                "round %d, step %d, %d parts of %d texts".formatted(round, step, parts, texts));
        ProtocolException.check(
                part >= 0 && part < parts, "part %d of %d parts".formatted(part, parts));
    }

    /// The first part of a step's batch, which is cut as evenly as possible.
    static MicroBatch first(int round, int step, int atMost, int texts) {
        return new MicroBatch(round, step, 0, Math.min(atMost, texts), texts);
    }

    /// Another part of the same batch.
    MicroBatch part(int other) {
        return new MicroBatch(round, step, other, parts, texts);
    }

    boolean isLast() {
        return part == parts - 1;
    }

    /// Index of its first text in the batch.
    int from() {
        return Math.toIntExact((long) texts * part / parts);
    }

    /// Index after its last text.
    int to() {
        return Math.toIntExact((long) texts * (part + 1) / parts);
    }

    /// Texts in it.
    int rows() {
        return to() - from();
    }

    /// Its share of the batch: what its mean loss counts for.
    double weight() {
        return (double) rows() / texts;
    }

    <T> List<T> of(List<T> batch) {
        return batch.subList(from(), to());
    }
}
