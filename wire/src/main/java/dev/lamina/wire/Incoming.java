package dev.lamina.wire;

import com.google.protobuf.ByteString;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.wire.proto.Message;
import dev.lamina.wire.proto.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A message that is coming in. What it announces is checked against the limit first; memory is
/// taken tensor by tensor, when its bytes begin to come.
final class Incoming {
    static final int MOST_TENSORS = 4096;
    static final int MOST_DIMENSIONS = 8;
    static final int LONGEST_NAME = 256;

    private final long number;
    private final Message header;
    private final List<TensorCodec> codecs = new ArrayList<>();
    private final List<byte[]> payloads = new ArrayList<>();
    private final long total;
    private long filled;
    private int atTensor;
    private int atByte;

    /// Begins to receive.
    ///
    /// @param limit greatest number of bytes of all payloads
    Incoming(long number, Message header, long limit) {
        this.number = number;
        this.header = header;
        ProtocolException.check(
                header.getTensorsCount() <= MOST_TENSORS,
                "message with " + header.getTensorsCount() + " tensors, above " + MOST_TENSORS);
        long sum = 0;
        for (Tensor tensor : header.getTensorsList()) {
            ProtocolException.check(
                    tensor.getName().length() <= LONGEST_NAME,
                    "tensor name of " + tensor.getName().length() + " characters");
            codecs.add(codec(tensor));
            ProtocolException.check(
                    tensor.getBytes() >= 0 && tensor.getBytes() <= limit - sum,
                    "message of more than " + limit + " bytes");
            sum += tensor.getBytes();
            checkShape(tensor, codecs.getLast(), limit);
        }
        total = sum;
    }

    private static TensorCodec codec(Tensor tensor) {
        try {
            return TensorCodec.of(tensor.getCodec());
        } catch (BadInputException e) {
            throw new ProtocolException("tensor with unknown codec '" + shown(tensor) + "'");
        }
    }

    private static String shown(Tensor tensor) {
        String codec = tensor.getCodec();
        return codec.length() <= 40 ? codec : codec.substring(0, 40) + "...";
    }

    private static void checkShape(Tensor tensor, TensorCodec codec, long limit) {
        ProtocolException.check(
                tensor.getShapeCount() <= MOST_DIMENSIONS,
                "tensor of " + tensor.getShapeCount() + " dimensions");
        // Even one bit for each element would not fit beyond this.
        long most = Math.min(Integer.MAX_VALUE, Math.multiplyExact(8L, Math.min(limit, 1L << 40)));
        long elements = 1;
        for (long dimension : tensor.getShapeList()) {
            ProtocolException.check(
                    dimension >= 1 && dimension <= most / elements,
                    "tensor of shape " + tensor.getShapeList());
            elements *= dimension;
        }
        long expected = codec.encodedBytes(shape(tensor));
        ProtocolException.check(
                tensor.getBytes() == expected && expected <= Integer.MAX_VALUE - 8,
                "tensor %s %s of %d bytes instead of %d"
                        .formatted(
                                codec.name(), tensor.getShapeList(), tensor.getBytes(), expected));
    }

    private static long[] shape(Tensor tensor) {
        return tensor.getShapeList().stream().mapToLong(Long::longValue).toArray();
    }

    long number() {
        return number;
    }

    /// Bytes held.
    long filled() {
        return filled;
    }

    boolean complete() {
        return filled == total;
    }

    /// Whether another start frame announces the same message.
    boolean announces(Message other) {
        return header.equals(other);
    }

    void take(long offset, ByteString data) {
        ProtocolException.check(
                offset == filled && data.size() <= total - filled && !data.isEmpty(),
                "chunk of %d bytes at %d of %d, with %d held"
                        .formatted(data.size(), offset, total, filled));
        ByteBuffer bytes = data.asReadOnlyByteBuffer();
        while (bytes.hasRemaining()) {
            byte[] payload = payload();
            int count = Math.min(bytes.remaining(), payload.length - atByte);
            bytes.get(payload, atByte, count);
            atByte += count;
        }
        filled += data.size();
    }

    /// The payload that is being filled; empty ones are passed over.
    private byte[] payload() {
        while (payloads.size() <= atTensor || atByte == payloads.get(atTensor).length) {
            if (payloads.size() > atTensor) {
                atTensor++;
                atByte = 0;
            } else {
                payloads.add(new byte[Math.toIntExact(header.getTensors(atTensor).getBytes())]);
            }
        }
        return payloads.get(atTensor);
    }

    /// The whole message.
    ///
    /// @throws ProtocolException if a checksum is wrong or a name stands twice
    Packet packet() {
        SequencedMap<String, EncodedTensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < header.getTensorsCount(); i++) {
            Tensor tensor = header.getTensors(i);
            byte[] payload = i < payloads.size() ? payloads.get(i) : new byte[0];
            ProtocolException.check(
                    Outgoing.checksum(payload) == tensor.getCrc32C(),
                    "tensor " + tensor.getName() + " with a wrong checksum");
            EncodedTensor encoded = new EncodedTensor(codecs.get(i), shape(tensor), payload);
            ProtocolException.check(
                    tensors.put(tensor.getName(), encoded) == null,
                    "two tensors with the name " + tensor.getName());
        }
        return new Packet(header.toBuilder().clearTensors().build(), tensors);
    }
}
