package dev.lamina.train;

import dev.lamina.nn.EncodedTensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What devices and server tell each other. Every tensor in a message is encoded.
public sealed interface Message {
    /// Bytes of tensors, lengths and labels in it: what a link has to carry, but for framing.
    long bytes();

    /// From a device: the hidden state at the cut, for the server to go on with.
    ///
    /// @param device who sends it
    /// @param step the device's step, counted from 0 over the whole run
    /// @param hidden `[B,T,H]`
    /// @param lengths tokens of each text
    /// @param labels class of each text; null where the head is on the device
    record Activation(
            int device,
            int step,
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

    /// From the server: the answer to an activation.
    ///
    /// @param device who it is for
    /// @param step the step that it answers
    /// @param loss mean cross-entropy over the batch
    /// @param gradient of the loss with respect to the activation, `[B,T,H]`; null for a device
    ///   that trains nothing below the cut
    record Gradient(int device, int step, double loss, @Nullable EncodedTensor gradient)
            implements Message {
        @Override
        public long bytes() {
            return (long) Double.BYTES + (gradient == null ? 0 : gradient.payload().length);
        }
    }

    /// From a device at a round's end: the trained tensors that it holds.
    ///
    /// @param device who sends it
    /// @param samples that it has trained on in this round
    /// @param tensors by parameter name
    record AdapterUpdate(int device, long samples, Map<String, EncodedTensor> tensors)
            implements Message {
        @Override
        public long bytes() {
            return Long.BYTES + sum(tensors);
        }
    }

    /// From the server after an aggregation: the global adapter's tensors that a device holds.
    record GlobalAdapter(Map<String, EncodedTensor> tensors) implements Message {
        @Override
        public long bytes() {
            return sum(tensors);
        }
    }

    private static long sum(Map<String, EncodedTensor> tensors) {
        return tensors.values().stream().mapToLong(t -> t.payload().length).sum();
    }
}
