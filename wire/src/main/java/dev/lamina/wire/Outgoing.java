package dev.lamina.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.wire.proto.Chunk;
import dev.lamina.wire.proto.Frame;
import dev.lamina.wire.proto.Message;
import dev.lamina.wire.proto.Start;
import dev.lamina.wire.proto.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/// A message on its way out, kept until the peer has all of it.
final class Outgoing {
    private final long number;
    private final Message header;
    private final List<byte[]> payloads = new ArrayList<>();
    private final long total;

    Outgoing(long number, Packet packet) {
        this.number = number;
        Message.Builder builder = packet.message().toBuilder().clearTensors();
        for (Map.Entry<String, EncodedTensor> entry : packet.tensors().entrySet()) {
            EncodedTensor tensor = entry.getValue();
            Tensor.Builder described =
                    Tensor.newBuilder()
                            .setName(entry.getKey())
                            .setCodec(tensor.codec().name())
                            .setBytes(tensor.payload().length)
                            .setCrc32C(checksum(tensor.payload()));
            for (long dimension : tensor.shape()) {
                described.addShape(dimension);
            }
            builder.addTensors(described);
            payloads.add(tensor.payload());
        }
        header = builder.build();
        total = packet.payloadBytes();
    }

    static int checksum(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }

    long number() {
        return number;
    }

    /// Bytes of all payloads.
    long total() {
        return total;
    }

    Frame start() {
        return Frame.newBuilder()
                .setStart(Start.newBuilder().setNumber(number).setMessage(header))
                .build();
    }

    /// The bytes from `offset` on, at most `most` and of one tensor.
    Frame chunk(long offset, int most) {
        long at = offset;
        for (byte[] payload : payloads) {
            if (at < payload.length) {
                int from = Math.toIntExact(at);
                ByteString data =
                        UnsafeByteOperations.unsafeWrap(
                                payload, from, Math.min(most, payload.length - from));
                return Frame.newBuilder()
                        .setChunk(
                                Chunk.newBuilder()
                                        .setNumber(number)
                                        .setOffset(offset)
                                        .setData(data))
                        .build();
            }
            at -= payload.length;
        }
        throw new IllegalArgumentException("offset " + offset + " is beyond " + total);
    }
}
