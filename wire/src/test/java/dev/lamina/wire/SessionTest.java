package dev.lamina.wire;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.wire.proto.Chunk;
import dev.lamina.wire.proto.Echo;
import dev.lamina.wire.proto.Frame;
import dev.lamina.wire.proto.Message;
import dev.lamina.wire.proto.Start;
import dev.lamina.wire.proto.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
    private static final long LIMIT = 8 << 20;

    private static Packet packet(Random random, int... sizes) {
        SequencedMap<String, EncodedTensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < sizes.length; i++) {
            FloatTensor tensor = FloatTensor.zeros(sizes[i]);
            for (int j = 0; j < sizes[i]; j++) {
                tensor.values()[j] = random.nextFloat();
            }
            tensors.put("t" + i, EncodedTensor.of(new TensorCodec.Fp32(), tensor));
        }
        return new Packet(Message.newBuilder().setEcho(Echo.getDefaultInstance()).build(), tensors);
    }

    private static void assertSame(Packet actual, Packet expected) {
        assertThat(actual.message()).isEqualTo(expected.message());
        assertThat(actual.tensors().keySet()).isEqualTo(expected.tensors().keySet());
        actual.tensors()
                .forEach((name, tensor) ->
                        assertThat(tensor.payload())
                                .isEqualTo(requireNonNull(expected.tensors().get(name)).payload()));
    }

    /// Whatever frames are lost with a connection, each message arrives once and in order.
    @RepeatedTest(20)
    void survivesBreaksAnywhere(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        Session device = new Session(LIMIT);
        Session server = new Session(LIMIT);
        List<Packet> up = new ArrayList<>();
        List<Packet> down = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            up.add(packet(random, random.nextInt(1, 200_000), random.nextInt(1, 100)));
            down.add(packet(random, random.nextInt(1, 200_000)));
            device.send(up.getLast());
            server.send(down.getLast());
        }
        List<Packet> atServer = new ArrayList<>();
        List<Packet> atDevice = new ArrayList<>();
        int breaks = 0;
        while (!device.settled() || !server.settled()) {
            assertThat(breaks++).as("seed %d", seed).isLessThan(1000);
            server.resume(device.received(), device.partial());
            device.resume(server.received(), server.partial());
            int frames = random.nextInt(1, 12);
            boolean any = true;
            while (any && frames-- > 0) {
                boolean moved = pass(device, server, atServer);
                any = pass(server, device, atDevice) || moved;
            }
            // What was taken out but not delivered is lost with the connection.
            device.next();
            server.next();
        }
        assertThat(atServer).hasSize(5);
        assertThat(atDevice).hasSize(5);
        for (int i = 0; i < 5; i++) {
            assertSame(atServer.get(i), up.get(i));
            assertSame(atDevice.get(i), down.get(i));
        }
    }

    private static Frame next(Session session) {
        return requireNonNull(session.next());
    }

    private static boolean pass(Session from, Session to, List<Packet> arrived) {
        Frame frame = from.next();
        if (frame == null) {
            return false;
        }
        Packet packet = to.accept(frame);
        if (packet != null) {
            arrived.add(packet);
        }
        return true;
    }

    @Test
    void goesOnInMidTensor() {
        Session device = new Session(LIMIT);
        Session server = new Session(LIMIT);
        device.send(packet(new Random(1), 1_000_000));
        server.accept(next(device));
        server.accept(next(device));
        server.accept(next(device));
        assertThat(server.partial()).isEqualTo(2L * Session.CHUNK);
        device.resume(server.received(), server.partial());
        Frame start = next(device);
        Frame chunk = next(device);
        assertThat(start.hasStart()).isTrue();
        assertThat(chunk.getChunk().getOffset()).isEqualTo(2L * Session.CHUNK);
    }

    @Test
    void repeatedMessagesAreDroppedAndAcknowledgedAgain() {
        Session device = new Session(LIMIT);
        Session server = new Session(LIMIT);
        device.send(packet(new Random(1), 10));
        Frame start = next(device);
        Frame chunk = next(device);
        assertThat(server.accept(start)).isNull();
        assertThat(server.accept(chunk)).isNotNull();
        assertThat(next(server).getAck().getNumber()).isEqualTo(1);
        assertThat(server.accept(start)).isNull();
        assertThat(server.accept(chunk)).isNull();
        assertThat(server.received()).isEqualTo(1);
        assertThat(next(server).getAck().getNumber()).isEqualTo(1);
        assertThat(server.next()).isNull();
    }

    private static Frame start(long number, Tensor... tensors) {
        Message message =
                Message.newBuilder()
                        .setEcho(Echo.getDefaultInstance())
                        .addAllTensors(List.of(tensors))
                        .build();
        return Frame.newBuilder()
                .setStart(Start.newBuilder().setNumber(number).setMessage(message))
                .build();
    }

    private static Tensor tensor(String codec, long bytes, Long... shape) {
        return Tensor.newBuilder()
                .setName("x")
                .setCodec(codec)
                .setBytes(bytes)
                .addAllShape(List.of(shape))
                .build();
    }

    @Test
    void refusesWhatDoesNotBelong() {
        List<Frame> bad =
                List.of(
                        start(2),
                        start(0),
                        start(1, tensor("fp32", LIMIT + 4, LIMIT / 4 + 1)),
                        start(1, tensor("fp32", LIMIT, LIMIT / 4), tensor("fp32", 4, 1L)),
                        start(1, tensor("fp32", 8, 1L)),
                        start(1, tensor("fp32", -4, 1L)),
                        start(1, tensor("fp32", 0, 0L)),
                        start(1, tensor("fp32", 4, 1L << 33, 1L << 31)),
                        start(1, tensor("fp64", 8, 1L)),
                        start(1, tensor("x".repeat(1000), 8, 1L)),
                        start(1, tensor("fp32", 4, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L)),
                        Frame.newBuilder().setChunk(Chunk.newBuilder().setNumber(1)).build(),
                        Frame.newBuilder()
                                .setAck(dev.lamina.wire.proto.Ack.newBuilder().setNumber(1))
                                .build(),
                        Frame.getDefaultInstance());
        for (Frame frame : bad) {
            assertThatThrownBy(() -> new Session(LIMIT).accept(frame))
                    .as(frame.toString())
                    .isInstanceOf(ProtocolException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void refusesChunksOutOfPlace(int what) {
        Session device = new Session(LIMIT);
        Session server = new Session(LIMIT);
        device.send(packet(new Random(1), 200_000));
        server.accept(next(device));
        Chunk chunk = next(device).getChunk();
        Chunk bad =
                switch (what) {
                    case 0 -> chunk.toBuilder().setOffset(5).build();
                    case 1 -> chunk.toBuilder().setNumber(2).build();
                    default -> chunk.toBuilder().clearData().build();
                };
        assertThatThrownBy(() -> server.accept(Frame.newBuilder().setChunk(bad).build()))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesADamagedTensorAndTakesItAgain() {
        Session device = new Session(LIMIT);
        Session server = new Session(LIMIT);
        Packet sent = packet(new Random(1), 10);
        device.send(sent);
        server.accept(next(device));
        Chunk chunk = next(device).getChunk();
        byte[] bytes = chunk.getData().toByteArray();
        bytes[3] ^= 1;
        Frame damaged =
                Frame.newBuilder()
                        .setChunk(
                                chunk.toBuilder()
                                        .setData(com.google.protobuf.ByteString.copyFrom(bytes)))
                        .build();
        assertThatThrownBy(() -> server.accept(damaged))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("checksum");
        device.resume(server.received(), server.partial());
        server.accept(next(device));
        assertSame(requireNonNull(server.accept(next(device))), sent);
    }

    @Test
    void takesNoMoreThanTheLimitInMemory() {
        Session server = new Session(1 << 20);
        server.accept(start(1, tensor("fp32", 1 << 20, 1L << 18)));
        assertThat(server.partial()).isZero();
    }

    @Test
    void doesNotQueueForAPeerThatTakesNothing() {
        Session session = new Session(LIMIT);
        for (int i = 0; i < Session.MOST_WAITING; i++) {
            session.send(packet(new Random(1), 1));
        }
        assertThatThrownBy(() -> session.send(packet(new Random(1), 1)))
                .isInstanceOf(ProtocolException.class);
    }
}
