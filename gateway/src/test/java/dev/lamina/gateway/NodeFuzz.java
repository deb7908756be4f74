package dev.lamina.gateway;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Value;
import dev.lamina.wire.proto.CallReply;
import dev.lamina.wire.proto.CallRequest;
import dev.lamina.wire.proto.ServiceDeclaration;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Bytes as a peer may send them: as a request, an answer and a declaration. Nothing but
/// [ServeException] BAD_INPUT may come out, and what is taken comes out again the same.
public final class NodeFuzz {
    private NodeFuzz() {}

    /// What Jazzer calls.
    public static void fuzzerTestOneInput(byte[] data) {
        refusedOrSame(() -> {
            List<Map<String, Value>> items = NodeFormat.items(CallRequest.parseFrom(data));
            List<Map<String, Value>> again =
                    NodeFormat.items(NodeFormat.request("s@1", items, NodeFormat.EXACT));
            if (!NodeFormatTest.bits(again).equals(NodeFormatTest.bits(items))) {
                throw new AssertionError("another request");
            }
        });
        refusedOrSame(() -> {
            CallReply reply = CallReply.parseFrom(data);
            NodeFormat.outcomes(reply, reply.getOutcomesCount());
        });
        refusedOrSame(() ->
                NodeMessages.spec(
                        ServiceDeclaration.parseFrom(data), new Settings.Base(Path.of("."), true)));
    }

    private interface Reading {
        void read() throws InvalidProtocolBufferException;
    }

    private static void refusedOrSame(Reading reading) {
        try {
            reading.read();
        } catch (InvalidProtocolBufferException e) {
            // no message: the server refuses it before
        } catch (ServeException e) {
            if (e.reason() != ServeException.Reason.BAD_INPUT) {
                throw new AssertionError(e);
            }
        }
    }

    /// Messages without a fault.
    static List<byte[]> seeds() {
        Map<String, Value> item =
                Map.of(
                        "text", new Value.Text(List.of("Grüße", "")),
                        "image", new Value.Image(2, 3, new byte[18]),
                        "audio", new Value.Audio(16000, new short[] {1, -2, 3}),
                        "floats", new Value.Floats(FloatTensor.zeros(2, 3)),
                        "ids", new Value.Integers(new long[] {2}, new long[] {1, -1}));
        Outcome failed =
                new Outcome.Failed(new ServeException(ServeException.Reason.NOT_FOUND, "no"));
        return List.of(
                NodeFormat.request("s@1", List.of(item, Map.of()), NodeFormat.EXACT).toByteArray(),
                NodeFormat.request("s@1", List.of(item), new TensorCodec.Int8()).toByteArray(),
                NodeFormat.request("s@1", List.of(item), new TensorCodec.TopK(0.5)).toByteArray(),
                NodeFormat.reply(List.of(new Outcome.Done(item), failed)).toByteArray(),
                NodeMessages.declaration(
                                NodeKinds.spec(
                                        "s", "k", "a", List.of(1, "x"), "b", Map.of("c", 2.5)))
                        .toByteArray());
    }
}
