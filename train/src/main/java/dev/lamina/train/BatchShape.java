package dev.lamina.train;

import java.util.List;
import java.util.stream.IntStream;

/// How large a batch or micro-batch is.
///
/// @param texts B
/// @param tokens T, of its longest text
record BatchShape(int texts, int tokens) {

    static BatchShape of(List<TokenizedSample> texts) {
        return new BatchShape(
                texts.size(), texts.stream().mapToInt(s -> s.tokens().length).max().orElse(1));
    }

    /// Of each part that a batch is cut into.
    static List<BatchShape> of(List<TokenizedSample> batch, int parts) {
        MicroBatch first = MicroBatch.first(0, 0, parts, batch.size());
        return IntStream.range(0, first.parts())
                .mapToObj(part -> of(first.part(part).of(batch)))
                .toList();
    }

    /// Of each part of a full batch whose texts are equally long.
    static List<BatchShape> even(int texts, int tokens, int parts) {
        MicroBatch first = MicroBatch.first(0, 0, parts, texts);
        return IntStream.range(0, first.parts())
                .mapToObj(part -> new BatchShape(first.part(part).rows(), tokens))
                .toList();
    }
}
