package dev.lamina.wire;

import dev.lamina.nn.EncodedTensor;
import dev.lamina.wire.proto.Message;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A message and its tensors.
///
/// @param message without descriptions of the tensors: these are made and checked on the way
/// @param tensors by name, in order; the payloads are not copied and must not change any more
public record Packet(Message message, SequencedMap<String, EncodedTensor> tensors) {
    public Packet {
        tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
    }

    /// A message without tensors.
    public Packet(Message message) {
        this(message, new LinkedHashMap<>());
    }

    /// Bytes of all payloads.
    public long payloadBytes() {
        return tensors.values().stream().mapToLong(t -> t.payload().length).sum();
    }
}
