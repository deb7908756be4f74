package dev.lamina.train;

import dev.lamina.wire.BlobId;
import java.util.List;

/// What a device is told when it joins.
///
/// @param run of this run; the device keeps its state under it
/// @param device its number, from 0
/// @param labels names of the classes, in order
/// @param batch samples in a step
/// @param seqLen greatest number of tokens of a text
/// @param part its part of the model
/// @param tokenizer `tokenizer.json`
/// @param rule how its steps are taken
/// @param threads of a tensor operation that round as a run in one process does
public record Assignment(
        String run,
        int device,
        List<String> labels,
        int batch,
        int seqLen,
        BlobId part,
        BlobId tokenizer,
        TrainingRule rule,
        int threads) {
    public Assignment {
        labels = List.copyOf(labels);
    }
}
