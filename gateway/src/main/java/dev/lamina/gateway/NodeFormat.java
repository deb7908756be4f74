package dev.lamina.gateway;

import static dev.lamina.serve.ServeException.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.Value;
import dev.lamina.wire.proto.AudioValue;
import dev.lamina.wire.proto.CallReply;
import dev.lamina.wire.proto.CallRequest;
import dev.lamina.wire.proto.FailureReason;
import dev.lamina.wire.proto.ImageValue;
import dev.lamina.wire.proto.Item;
import dev.lamina.wire.proto.ItemFailure;
import dev.lamina.wire.proto.ItemOutcome;
import dev.lamina.wire.proto.NamedValue;
import dev.lamina.wire.proto.TensorValue;
import dev.lamina.wire.proto.TextValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Values and outcomes as messages of `node.proto`. What comes from the network is checked here,
/// whole: a message that breaks a rule is a [ServeException] with reason BAD_INPUT.
final class NodeFormat {
    /// Greatest message.
    static final int LARGEST_MESSAGE = 64 << 20;

    /// Most items of a call.
    static final int MOST_ITEMS = 1024;

    /// Floats as they are.
    static final TensorCodec EXACT = new TensorCodec.Fp32();

    private static final int MOST_VALUES = 256;
    private static final int MOST_DIMENSIONS = 8;
    private static final long LARGEST_IMAGE = 75_000_000;
    private static final int MOST_SAMPLES_A_SECOND = 1_000_000;
    private static final String MAYBE = "the sender is of another version of Lamina";

    private NodeFormat() {}

    /// A call's request.
    ///
    /// @param codec of its matrices: hidden states
    /// @throws ServeException BAD_INPUT if it is more than a node takes at once
    static CallRequest request(String id, List<Map<String, Value>> items, TensorCodec codec) {
        check(
                items.size() <= MOST_ITEMS,
                items.size() + " items in a call, of at most " + MOST_ITEMS,
                "send them in several");
        checkSize("a call", bytes(items));
        CallRequest.Builder request = CallRequest.newBuilder().setService(id);
        items.forEach(item -> request.addItems(item(item, codec)));
        return checked("a call", request.build());
    }

    /// The items of a call.
    static List<Map<String, Value>> items(CallRequest request) {
        check(
                request.getItemsCount() <= MOST_ITEMS,
                request.getItemsCount() + " items in a call, of at most " + MOST_ITEMS,
                "send them in several");
        return request.getItemsList().stream().map(NodeFormat::values).toList();
    }

    /// A call's reply.
    ///
    /// @throws ServeException BAD_INPUT if it is more than a message can carry
    static CallReply reply(List<Outcome> outcomes) {
        long bytes = 0;
        for (Outcome outcome : outcomes) {
            bytes += outcome instanceof Outcome.Done d ? bytes(List.of(d.outputs())) : 0;
        }
        checkSize("the answer of a call", bytes);
        CallReply.Builder reply = CallReply.newBuilder();
        outcomes.forEach(outcome -> reply.addOutcomes(outcome(outcome)));
        return checked("the answer of a call", reply.build());
    }

    /// The outcomes of a call of so many items.
    static List<Outcome> outcomes(CallReply reply, int items) {
        check(
                reply.getOutcomesCount() == items,
                reply.getOutcomesCount() + " outcomes for " + items + " items",
                MAYBE);
        return reply.getOutcomesList().stream().map(NodeFormat::outcome).toList();
    }

    private static long bytes(List<Map<String, Value>> items) {
        long bytes = 0;
        for (Map<String, Value> item : items) {
            for (Value value : item.values()) {
                // a character takes one byte at least, and Java counts two
                bytes += value instanceof Value.Text ? value.bytes() / 2 : value.bytes();
            }
        }
        return bytes;
    }

    /// Before anything is copied.
    private static void checkSize(String what, long bytes) {
        check(
                bytes <= LARGEST_MESSAGE,
                "%s has %d bytes; between machines it may have %d"
                        .formatted(what, bytes, LARGEST_MESSAGE),
                "send fewer items, or smaller ones");
    }

    private static <M extends com.google.protobuf.MessageLite> M checked(String what, M message) {
        checkSize(what, message.getSerializedSize());
        return message;
    }

    private static ItemOutcome outcome(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done d -> {
                try {
                    yield ItemOutcome.newBuilder().setDone(item(d.outputs(), EXACT)).build();
                } catch (ServeException e) { // this one alone cannot be sent
                    yield failed(e);
                }
            }
            case Outcome.Failed f -> failed(f.error());
        };
    }

    private static ItemOutcome failed(ServeException error) {
        return ItemOutcome.newBuilder()
                .setFailed(
                        ItemFailure.newBuilder()
                                .setReason(reason(error.reason()))
                                .setMessage(NodeErrors.message(error)))
                .build();
    }

    private static Outcome outcome(ItemOutcome outcome) {
        return switch (outcome.getKindCase()) {
            case DONE -> new Outcome.Done(values(outcome.getDone()));
            case FAILED ->
                    new Outcome.Failed(
                            new ServeException(
                                    reason(outcome.getFailed().getReason()),
                                    NodeErrors.shortened(outcome.getFailed().getMessage())));
            case KIND_NOT_SET -> throw broken("an outcome that is none");
        };
    }

    private static FailureReason reason(Reason reason) {
        return switch (reason) {
            case BAD_INPUT -> FailureReason.REASON_BAD_INPUT;
            case NOT_FOUND -> FailureReason.REASON_NOT_FOUND;
            case EXHAUSTED -> FailureReason.REASON_EXHAUSTED;
            case DEADLINE -> FailureReason.REASON_DEADLINE;
            case CANCELLED -> FailureReason.REASON_CANCELLED;
            case UNAVAILABLE -> FailureReason.REASON_UNAVAILABLE;
            case INTERNAL -> FailureReason.REASON_INTERNAL;
        };
    }

    private static Reason reason(FailureReason reason) {
        return switch (reason) {
            case REASON_BAD_INPUT -> Reason.BAD_INPUT;
            case REASON_NOT_FOUND -> Reason.NOT_FOUND;
            case REASON_EXHAUSTED -> Reason.EXHAUSTED;
            case REASON_DEADLINE -> Reason.DEADLINE;
            case REASON_CANCELLED -> Reason.CANCELLED;
            case REASON_UNAVAILABLE -> Reason.UNAVAILABLE;
            case REASON_INTERNAL, REASON_UNSPECIFIED, UNRECOGNIZED -> Reason.INTERNAL;
        };
    }

    private static Item item(Map<String, Value> values, TensorCodec codec) {
        Item.Builder item = Item.newBuilder();
        values.forEach((name, value) -> item.addValues(named(name, value, codec)));
        return item.build();
    }

    private static Map<String, Value> values(Item item) {
        check(
                item.getValuesCount() <= MOST_VALUES,
                item.getValuesCount() + " values in an item, of at most " + MOST_VALUES,
                MAYBE);
        Map<String, Value> values = HashMap.newHashMap(item.getValuesCount());
        for (NamedValue named : item.getValuesList()) {
            check(
                    values.put(named.getName(), value(named)) == null,
                    "two values are called " + Shown.quoted(named.getName()),
                    MAYBE);
        }
        return values;
    }

    private static NamedValue named(String name, Value value, TensorCodec codec) {
        NamedValue.Builder named = NamedValue.newBuilder().setName(name);
        return switch (value) {
            case Value.Text text -> {
                TextValue.Builder lines = TextValue.newBuilder();
                text.lines().forEach(line -> lines.addLines(utf8(name, line)));
                yield named.setText(lines).build();
            }
            case Value.Image image ->
                    named.setImage(
                                    ImageValue.newBuilder()
                                            .setHeight(image.height())
                                            .setWidth(image.width())
                                            .setRgb(UnsafeByteOperations.unsafeWrap(image.rgb())))
                            .build();
            case Value.Audio audio -> {
                byte[] data = bytes(Short.BYTES, audio.samples().length);
                buffer(data).asShortBuffer().put(audio.samples());
                yield named.setAudio(
                                AudioValue.newBuilder()
                                        .setSampleRateHz(audio.sampleRateHz())
                                        .setSamples(UnsafeByteOperations.unsafeWrap(data)))
                        .build();
            }
            case Value.Floats floats -> {
                long[] shape = floats.tensor().shape();
                TensorCodec used = shape.length < 2 ? EXACT : codec;
                TensorValue.Builder tensor = tensor(shape, encoded(name, used, floats.tensor()));
                if (!used.equals(EXACT)) {
                    tensor.setCodec(used.name());
                }
                yield named.setFloats(tensor).build();
            }
            case Value.Integers integers -> {
                byte[] data = bytes(Long.BYTES, integers.values().length);
                buffer(data).asLongBuffer().put(integers.values());
                yield named.setIntegers(tensor(integers.shape(), data)).build();
            }
        };
    }

    private static byte[] bytes(int each, int values) {
        return new byte[Math.multiplyExact(each, values)];
    }

    private static ByteBuffer buffer(byte[] data) {
        return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static TensorValue.Builder tensor(long[] shape, byte[] data) {
        TensorValue.Builder tensor =
                TensorValue.newBuilder().setData(UnsafeByteOperations.unsafeWrap(data));
        Arrays.stream(shape).forEach(tensor::addShape);
        return tensor;
    }

    private static byte[] encoded(String name, TensorCodec codec, FloatTensor tensor) {
        try {
            return codec.encode(tensor);
        } catch (BadInputException e) {
            throw new ServeException(Reason.BAD_INPUT, name + ": " + e.getMessage(), e);
        }
    }

    private static ByteString utf8(String name, String line) {
        try {
            return UnsafeByteOperations.unsafeWrap(
                    StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(line)));
        } catch (CharacterCodingException e) { // half of a character
            throw new ServeException(
                    Reason.BAD_INPUT,
                    name
                            + ": "
                            + Shown.quoted(line)
                            + " is not Unicode\nMaybe it was cut in mid-character",
                    e);
        }
    }

    private static Value value(NamedValue named) {
        return switch (named.getValueCase()) {
            case TEXT -> text(named.getText());
            case IMAGE -> image(named.getImage());
            case AUDIO -> audio(named.getAudio());
            case FLOATS -> floats(named.getFloats());
            case INTEGERS -> integers(named.getIntegers());
            case VALUE_NOT_SET ->
                    throw broken("value " + Shown.quoted(named.getName()) + " that is none");
        };
    }

    private static Value text(TextValue text) {
        List<String> lines = new ArrayList<>(text.getLinesCount());
        for (ByteString line : text.getLinesList()) {
            check(line.isValidUtf8(), "a text that is not UTF-8", MAYBE);
            lines.add(line.toStringUtf8());
        }
        return new Value.Text(lines);
    }

    private static Value image(ImageValue image) {
        long height = Integer.toUnsignedLong(image.getHeight());
        long width = Integer.toUnsignedLong(image.getWidth());
        long bytes = image.getRgb().size();
        check(
                height > 0
                        && width > 0
                        && height <= LARGEST_IMAGE
                        && width <= LARGEST_IMAGE
                        && bytes <= LARGEST_IMAGE
                        && 3 * height * width == bytes,
                "a picture of %d x %d in %d bytes".formatted(height, width, bytes),
                "it is larger than " + LARGEST_IMAGE + " bytes, or " + MAYBE);
        return new Value.Image((int) height, (int) width, image.getRgb().toByteArray());
    }

    private static Value audio(AudioValue audio) {
        int bytes = audio.getSamples().size();
        int rate = audio.getSampleRateHz();
        check(
                rate > 0 && rate <= MOST_SAMPLES_A_SECOND && bytes % 2 == 0,
                "sound of %s samples a second in %d bytes"
                        .formatted(Integer.toUnsignedString(rate), bytes),
                MAYBE);
        short[] samples = new short[bytes / 2];
        data(audio.getSamples()).asShortBuffer().get(samples);
        return new Value.Audio(rate, samples);
    }

    private static Value floats(TensorValue tensor) {
        long[] shape = shape(tensor);
        long bytes = Float.BYTES * size(shape);
        check( // of what the codec makes of it, which may be much more than came
                bytes <= LARGEST_MESSAGE,
                "a tensor " + tensor.getShapeList() + " of " + bytes + " bytes",
                "cut it into parts of " + LARGEST_MESSAGE);
        try {
            TensorCodec codec =
                    tensor.getCodec().isEmpty() ? EXACT : TensorCodec.of(tensor.getCodec());
            return new Value.Floats(codec.decode(tensor.getData().toByteArray(), shape));
        } catch (BadInputException e) {
            throw new ServeException(Reason.BAD_INPUT, String.valueOf(e.getMessage()), e);
        }
    }

    private static Value integers(TensorValue tensor) {
        long[] shape = shape(tensor);
        int bytes = tensor.getData().size();
        check(
                Long.BYTES * size(shape) == bytes,
                "a tensor %s in %d bytes".formatted(tensor.getShapeList(), bytes),
                MAYBE);
        long[] values = new long[bytes / Long.BYTES];
        data(tensor.getData()).asLongBuffer().get(values);
        return new Value.Integers(shape, values);
    }

    private static ByteBuffer data(ByteString bytes) {
        return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long[] shape(TensorValue tensor) {
        check(
                tensor.getShapeCount() <= MOST_DIMENSIONS,
                "a tensor of " + tensor.getShapeCount() + " dimensions",
                "flatten some: there may be " + MOST_DIMENSIONS);
        long[] shape = tensor.getShapeList().stream().mapToLong(Long::longValue).toArray();
        check(
                Arrays.stream(shape).allMatch(d -> d >= 0 && d <= Integer.MAX_VALUE),
                "a tensor " + tensor.getShapeList(),
                MAYBE);
        return shape;
    }

    /// Values of a tensor, or more than there can be.
    private static long size(long[] shape) {
        long size = 1;
        for (long d : shape) {
            size = Math.min(size * d, Integer.MAX_VALUE);
        }
        return size;
    }

    private static ServeException broken(String problem) {
        return new ServeException(Reason.BAD_INPUT, problem + "\nMaybe " + MAYBE);
    }
}
