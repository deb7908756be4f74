package dev.lamina.fed;

import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.wire.ProtocolException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// Which tensors a message has: exactly these names and shapes, as `fp32`, all values finite.
/// Anything else is the sender's fault.
///
/// @param like tensors of these shapes
record TensorSet(SequencedMap<String, FloatTensor> like) {
    private static final TensorCodec CODEC = new TensorCodec.Fp32();

    /// Bytes of all of them.
    long bytes() {
        return like.values().stream().mapToLong(t -> CODEC.encodedBytes(t.shape())).sum();
    }

    /// For a message.
    static SequencedMap<String, EncodedTensor> encode(Map<String, FloatTensor> tensors) {
        SequencedMap<String, EncodedTensor> encoded = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> encoded.put(name, EncodedTensor.of(CODEC, tensor)));
        return encoded;
    }

    /// From a message.
    ///
    /// @throws ProtocolException if they are others
    SequencedMap<String, FloatTensor> decode(Map<String, EncodedTensor> tensors) {
        SequencedMap<String, FloatTensor> decoded = new LinkedHashMap<>();
        like.forEach((name, shape) -> {
            EncodedTensor tensor = tensors.get(name);
            if (tensor == null) {
                throw new ProtocolException("no tensor " + name);
            }
            decoded.put(name, decode(name, tensor, shape.shape()));
        });
        ProtocolException.check(
                tensors.size() == decoded.size(),
                tensors.size() + " tensors instead of " + decoded.size());
        return decoded;
    }

    private static FloatTensor decode(String name, EncodedTensor tensor, long[] shape) {
        ProtocolException.check(
                tensor.codec().equals(CODEC),
                "tensor " + name + " as " + tensor.codec().name() + " instead of " + CODEC.name());
        ProtocolException.check(
                Arrays.equals(tensor.shape(), shape),
                "tensor %s of shape %s instead of %s"
                        .formatted(name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
        FloatTensor decoded = tensor.decode();
        float[] values = decoded.values();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new ProtocolException(
                        "tensor %s with %s at %d".formatted(name, values[i], i));
            }
        }
        return decoded;
    }
}
