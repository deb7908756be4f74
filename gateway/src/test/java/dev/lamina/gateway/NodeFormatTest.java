package dev.lamina.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.lamina.base.Seeds;
import dev.lamina.fuzz.Mutations;
import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.NodeStatus;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.ServiceSpec;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Value;
import dev.lamina.wire.proto.AudioValue;
import dev.lamina.wire.proto.CallReply;
import dev.lamina.wire.proto.CallRequest;
import dev.lamina.wire.proto.ImageValue;
import dev.lamina.wire.proto.Item;
import dev.lamina.wire.proto.NamedValue;
import dev.lamina.wire.proto.TensorValue;
import dev.lamina.wire.proto.TextValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class NodeFormatTest {
    private static final int SEED = 20261122;

    /// A value with its bits, for comparison.
    private static List<Object> bits(Value value) {
        return switch (value) {
            case Value.Text t -> List.of("text", t.lines());
            case Value.Image i -> List.of("image", i.height(), i.width(), hex(i.rgb()));
            case Value.Audio a -> List.of("audio", a.sampleRateHz(), Arrays.toString(a.samples()));
            case Value.Floats f -> {
                int[] raw = new int[f.tensor().size()];
                for (int i = 0; i < raw.length; i++) {
                    raw[i] = Float.floatToRawIntBits(f.tensor().values()[i]);
                }
                yield List.of("floats", Arrays.toString(f.tensor().shape()), Arrays.toString(raw));
            }
            case Value.Integers i ->
                    List.of("integers", Arrays.toString(i.shape()), Arrays.toString(i.values()));
        };
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    static List<Map<String, List<Object>>> bits(List<Map<String, Value>> items) {
        return items.stream()
                .map(item -> {
                    Map<String, List<Object>> bits = new LinkedHashMap<>();
                    item.forEach((name, value) -> bits.put(name, bits(value)));
                    return Map.copyOf(bits);
                })
                .toList();
    }

    private static List<Map<String, Value>> onWire(List<Map<String, Value>> items) {
        byte[] bytes = NodeFormat.request("s@1", items, NodeFormat.EXACT).toByteArray();
        try {
            return NodeFormat.items(CallRequest.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void emptyValuesComeThrough() {
        Map<String, Value> item =
                Map.of(
                        "lines", new Value.Text(List.of()),
                        "line", new Value.Text(""),
                        "pixel", new Value.Image(1, 1, new byte[3]),
                        "silence", new Value.Audio(8000, new short[0]),
                        "scalar", new Value.Floats(new FloatTensor(new long[0], new float[] {-0f})),
                        "none", new Value.Floats(FloatTensor.zeros(0, 384)),
                        "number", new Value.Integers(new long[0], new long[] {Long.MIN_VALUE}),
                        "ids", new Value.Integers(new long[] {0}, new long[0]));
        List<Map<String, Value>> items = List.of(item, Map.of());
        assertThat(bits(onWire(items))).isEqualTo(bits(items));
        assertThat(onWire(List.of())).isEmpty();
    }

    @RepeatedTest(20)
    void anyValueComesThroughToTheBit(RepetitionInfo repetition) {
        int number = repetition.getCurrentRepetition();
        RandomGenerator random = Seeds.stream(SEED, "values", number);
        List<Map<String, Value>> items = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            Map<String, Value> item = new LinkedHashMap<>();
            for (int v = random.nextInt(6); v > 0; v--) {
                item.put("value-" + v + "ä", value(random));
            }
            items.add(item);
            outcomes.add(new Outcome.Done(item));
        }
        assertThat(bits(onWire(items))).as("seed %d, %d", SEED, number).isEqualTo(bits(items));
        List<Outcome> back = NodeFormat.outcomes(NodeFormat.reply(outcomes), outcomes.size());
        assertThat(bits(back.stream().map(Outcome::outputs).toList())).isEqualTo(bits(items));
    }

    private static Value value(RandomGenerator random) {
        int a = random.nextInt(1, 7);
        int b = random.nextInt(1, 9);
        return switch (random.nextInt(5)) {
            case 0 -> new Value.Text(List.of("Grüße, 世界 \ud83d\ude00 " + a, "\0\n" + b));
            case 1 -> {
                byte[] rgb = new byte[3 * a * b];
                random.nextBytes(rgb);
                yield new Value.Image(a, b, rgb);
            }
            case 2 -> {
                short[] samples = new short[a * b];
                for (int i = 0; i < samples.length; i++) {
                    samples[i] = (short) random.nextInt();
                }
                yield new Value.Audio(random.nextInt(1, 192_000), samples);
            }
            case 3 -> {
                float[] values = new float[a * b];
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.intBitsToFloat(random.nextInt()); // with NaNs of all kinds
                }
                yield new Value.Floats(new FloatTensor(new long[] {a, 1, b}, values));
            }
            default -> new Value.Integers(new long[] {b, a}, random.longs((long) a * b).toArray());
        };
    }

    @Test
    void failuresKeepReasonAndMessage() {
        List<Outcome> outcomes = new ArrayList<>();
        List<Reason> reasons = List.of(Reason.values());
        for (Reason reason : reasons) {
            outcomes.add(new Outcome.Failed(new ServeException(reason, reason + "\nMaybe not")));
        }
        List<Outcome> back = NodeFormat.outcomes(NodeFormat.reply(outcomes), outcomes.size());
        for (int i = 0; i < outcomes.size(); i++) {
            ServeException error = ((Outcome.Failed) back.get(i)).error();
            assertThat(error.reason()).isEqualTo(reasons.get(i));
            assertThat(error).hasMessage(reasons.get(i) + "\nMaybe not");
            assertThat(NodeErrors.failure("n", NodeErrors.ending(error), false).reason())
                    .isEqualTo(error.reason());
        }
        refused(() -> NodeFormat.outcomes(NodeFormat.reply(outcomes), 1), "7 outcomes for 1");
    }

    private static void refused(Runnable run, String problem) {
        assertThatThrownBy(run::run)
                .isInstanceOfSatisfying(
                        ServeException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.BAD_INPUT))
                .hasMessageContaining(problem)
                .hasMessageContaining("\nMaybe ");
    }

    private static void refused(NamedValue.Builder value, String problem) {
        CallRequest request =
                CallRequest.newBuilder()
                        .addItems(Item.newBuilder().addValues(value.setName("x")))
                        .build();
        refused(() -> NodeFormat.items(request), problem);
    }

    private static TensorValue tensor(int bytes, Long... shape) {
        return TensorValue.newBuilder()
                .addAllShape(List.of(shape))
                .setData(ByteString.copyFrom(new byte[bytes]))
                .build();
    }

    @Test
    void whatBreaksARuleIsRefused() {
        NamedValue.Builder v = NamedValue.newBuilder();
        refused(v, "that is none");
        refused(v.setFloats(tensor(4, 2L)), "4 bytes");
        refused(v.setFloats(tensor(3)), "3 bytes");
        refused(v.setFloats(tensor(4, 1L).toBuilder().setCodec("zip")), "'zip'");
        refused(v.setFloats(tensor(4, 4L).toBuilder().setCodec("fp16")), "4 bytes");
        refused(v.setFloats(tensor(4, 1L << 25).toBuilder().setCodec("topk:0.1")), "bytes");
        refused(v.setFloats(tensor(0, -1L)), "a tensor");
        refused(v.setFloats(tensor(0, 1L << 40, 0L)), "a tensor");
        refused(v.setFloats(tensor(0, 1L << 30, 1L << 30, 1L << 30)), "a tensor");
        refused(v.setFloats(tensor(0, 0L, 1L << 31)), "a tensor");
        refused(v.setFloats(tensor(4, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L)), "9 dimensions");
        refused(v.setIntegers(tensor(4, 1L)), "a tensor [1] in 4 bytes");
        refused(
                v.setText(TextValue.newBuilder().addLines(ByteString.fromHex("c328"))),
                "not UTF-8");
        refused(v.setImage(ImageValue.newBuilder().setHeight(1)), "a picture of 1 x 0");
        refused(
                v.setImage(ImageValue.newBuilder().setHeight(1 << 31).setWidth(1 << 31)),
                "in 0 bytes");
        refused(v.setAudio(AudioValue.newBuilder()), "0 samples a second");
        refused(
                v.setAudio(
                        AudioValue.newBuilder()
                                .setSampleRateHz(1)
                                .setSamples(ByteString.fromHex("00"))),
                "in 1 bytes");
        NamedValue twice =
                NamedValue.newBuilder().setName("x").setText(TextValue.newBuilder()).build();
        refused(
                () ->
                        NodeFormat.items(
                                CallRequest.newBuilder()
                                        .addItems(
                                                Item.newBuilder().addValues(twice).addValues(twice))
                                        .build()),
                "two values are called 'x'");
        refused(
                () ->
                        NodeFormat.request(
                                "s", Collections.nCopies(1025, Map.of()), NodeFormat.EXACT),
                "1025 items");
        refused(
                () ->
                        NodeFormat.items(
                                CallRequest.newBuilder()
                                        .addAllItems(
                                                Collections.nCopies(
                                                        1025, Item.getDefaultInstance()))
                                        .build()),
                "1025 items");
        refused(
                () -> onWire(List.of(NodeKinds.text("half of a character: \ud83d"))),
                "is not Unicode");
        Value large = new Value.Audio(8000, new short[NodeFormat.LARGEST_MESSAGE / 2]);
        refused(
                () -> NodeFormat.request("s", List.of(Map.of("x", large)), NodeFormat.EXACT),
                "between machines");
        refused(
                () -> NodeFormat.reply(List.of(Outcome.done("x", large), Outcome.done("x", large))),
                "between machines");
    }

    @Test
    void anOutputThatCannotBeSentSpoilsNoOther() {
        List<Outcome> back =
                NodeFormat.outcomes(
                        NodeFormat.reply(
                                List.of(
                                        Outcome.done("text", new Value.Text("\ud83d")),
                                        Outcome.done("text", new Value.Text("good")))),
                        2);
        assertThat(back.get(0)).isInstanceOf(Outcome.Failed.class);
        assertThat(NodeKinds.line(back.get(1).outputs())).isEqualTo("good");
    }

    @Test
    void damagedMessagesGiveNothingButRefusals() {
        new Mutations("\n\r\u0012\u001a")
                .run(SEED, 3000, NodeFuzz.seeds(), NodeFuzz::fuzzerTestOneInput);
    }

    @Test
    void declarationsKeepSettingsInOrder() {
        SequencedMap<String, Object> inner = new LinkedHashMap<>();
        inner.put("z", 1);
        inner.put("a", List.of("x", 2.5, true, List.of()));
        SequencedMap<String, Object> values = new LinkedHashMap<>();
        values.put("model", "models/a.onnx");
        values.put("heads", inner);
        values.put("least", Integer.MIN_VALUE);
        Settings.Base here = new Settings.Base(Path.of("here"), true);
        ServiceSpec spec =
                new ServiceSpec("s", "1.2", "kind", new Settings(Path.of("there"), values));
        ServiceSpec back = NodeMessages.spec(NodeMessages.declaration(spec), here);
        assertThat(back).isEqualTo(new ServiceSpec("s", "1.2", "kind", new Settings(here, values)));
        assertThat(back.settings().values().keySet()).containsExactly("model", "heads", "least");
        refused(
                () ->
                        NodeMessages.spec(
                                NodeMessages.declaration(NodeKinds.spec("a/b", "kind")), here),
                "service 'a/b'");
    }

    @Test
    void statusComesThrough() {
        NodeStatus status =
                new NodeStatus(
                        "a",
                        "once",
                        1L << 40,
                        3,
                        List.of(
                                new NodeStatus.ReplicaStatus(
                                        "s@1", true, 7, 1, 1L << 33, 5, 0.25, 2, 1.5)));
        assertThat(NodeMessages.status(NodeMessages.status(status))).isEqualTo(status);
    }

    @Test
    void emptyReplyIsNoAnswer() {
        refused(() -> NodeFormat.outcomes(CallReply.getDefaultInstance(), 1), "0 outcomes");
    }
}
