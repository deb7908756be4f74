package dev.lamina.train;

import dev.lamina.nn.EncodedTensor;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What devices and server tell each other. Who a message is from, the line that it came over says,
/// never the message. Every tensor in it is encoded.
public sealed interface Message {
    /// Bytes of tensors, lengths and labels in it: what a link has to carry, but for framing.
    default long bytes() {
        return 0;
    }

    /// From a device that wants to take part.
    ///
    /// @param samples training samples on it
    record Join(long samples) implements Message {}

    /// From the server: all that both sides must agree on.
    record Assigned(Assignment assignment) implements Message {}

    /// From a device: it holds its part of the model and can start.
    record Ready() implements Message {}

    /// From the server: a round begins. Whatever the device was at is over; it goes back to where
    /// it stood after `fromStep` steps.
    ///
    /// @param round counted from 0
    /// @param fromStep the device's steps before the round
    /// @param steps to take in it
    /// @param tensors of the global adapter, those that the device holds
    record RoundStart(
            int round, int fromStep, int steps, SequencedMap<String, EncodedTensor> tensors)
            implements Message {
        @Override
        public long bytes() {
            return sum(tensors);
        }
    }

    /// From a device: the hidden state at the cut, for the server to go on with.
    ///
    /// @param hidden `[B,T,H]`
    /// @param lengths tokens of each text
    /// @param labels class of each text; null where the head is on the device
    record Activation(
            MicroBatch at,
            EncodedTensor hidden,
            List<Integer> lengths,
            @Nullable List<Integer> labels)
            implements Message {
        @Override
        public long bytes() {
            return hidden.payload().length
                    + 4L * lengths.size()
                    + (labels == null ? 0 : 4L * labels.size());
        }
    }

    /// From the server, where the head is on the device: what became of an activation, for the head
    /// to go on with ([A] II-A's representation vectors).
    ///
    /// @param hidden the last hidden state, pooled, `[B,H]`
    record Representation(MicroBatch at, EncodedTensor hidden) implements Message {
        @Override
        public long bytes() {
            return hidden.payload().length;
        }
    }

    /// From a device with the head: the answer to a representation.
    ///
    /// @param loss mean cross-entropy over the micro-batch
    /// @param gradient of the batch's loss with respect to the representation, `[B,H]`
    record RepresentationGradient(MicroBatch at, double loss, EncodedTensor gradient)
            implements Message {
        @Override
        public long bytes() {
            return Double.BYTES + (long) gradient.payload().length;
        }
    }

    /// From the server: the last answer to an activation.
    ///
    /// @param loss mean cross-entropy over the micro-batch
    /// @param gradient of the batch's loss with respect to the activation, `[B,T,H]`; null for a
    ///   device that trains nothing below the cut
    record Gradient(MicroBatch at, double loss, @Nullable EncodedTensor gradient)
            implements Message {
        @Override
        public long bytes() {
            return (long) Double.BYTES + (gradient == null ? 0 : gradient.payload().length);
        }
    }

    /// From a device at a round's end: the trained tensors that it holds.
    ///
    /// @param round that it ends
    /// @param samples that it has trained on in this round
    /// @param loss sum over them, each before its step
    /// @param tensors by parameter name: the values, or under a lossy codec what was added to the
    ///   global adapter; under `ushape` the gradients of a shared head
    record AdapterUpdate(
            int round, long samples, double loss, SequencedMap<String, EncodedTensor> tensors)
            implements Message {
        @Override
        public long bytes() {
            return Long.BYTES + sum(tensors);
        }
    }

    /// From the server: the run is over.
    ///
    /// @param accuracy of the best adapter on the test samples
    record Finished(double accuracy) implements Message {}

    /// From the server: it does not take what the device sent, and goes on without it.
    record Refusal(String reason) implements Message {}

    private static long sum(SequencedMap<String, EncodedTensor> tensors) {
        return tensors.values().stream().mapToLong(t -> t.payload().length).sum();
    }
}
