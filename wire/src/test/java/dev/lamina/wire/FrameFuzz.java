package dev.lamina.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.wire.proto.Echo;
import dev.lamina.wire.proto.Frame;
import dev.lamina.wire.proto.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Bytes as a peer may send them after a good handshake: frames one after another into a session.
/// Nothing but [ProtocolException] may come out, and no message beyond the limit.
public final class FrameFuzz {
    private static final long LIMIT = 1 << 16;

    private FrameFuzz() {}

    /// What Jazzer calls.
    public static void fuzzerTestOneInput(byte[] data) {
        Session session = new Session(LIMIT);
        session.send(echo(new TensorCodec.Fp32()));
        ByteArrayInputStream in = new ByteArrayInputStream(data);
        try {
            while (in.available() > 0) {
                Frame frame = Frame.parseDelimitedFrom(in);
                @Nullable Packet packet = session.accept(frame);
                if (packet != null && packet.payloadBytes() > LIMIT) {
                    throw new AssertionError("a message of " + packet.payloadBytes() + " bytes");
                }
                if (session.partial() > LIMIT) {
                    throw new AssertionError(session.partial() + " bytes of a message");
                }
                session.resume(0, Math.min(4, session.partial()));
                while (session.next() != null) {
                    // what the session says is not looked at
                }
            }
        } catch (ProtocolException e) {
            // as it should
        } catch (InvalidProtocolBufferException e) {
            // no frame: gRPC ends such a call
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Packet echo(TensorCodec codec) {
        SequencedMap<String, EncodedTensor> tensors = new LinkedHashMap<>();
        tensors.put(
                "x",
                EncodedTensor.of(
                        codec, new FloatTensor(new long[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6})));
        return new Packet(Message.newBuilder().setEcho(Echo.getDefaultInstance()).build(), tensors);
    }

    /// Conversations without a fault.
    static List<byte[]> seeds() {
        return List.of(
                frames(new TensorCodec.Fp32()),
                frames(new TensorCodec.Int8()),
                frames(new TensorCodec.TopK(0.5)),
                ByteString.EMPTY.toByteArray());
    }

    private static byte[] frames(TensorCodec codec) {
        Session session = new Session(LIMIT);
        session.send(echo(codec));
        session.send(echo(codec));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            for (Frame frame = session.next(); frame != null; frame = session.next()) {
                frame.writeDelimitedTo(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
