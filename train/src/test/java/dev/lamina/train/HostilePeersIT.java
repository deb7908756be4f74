package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.wire.Address;
import dev.lamina.wire.Backoff;
import dev.lamina.wire.Packet;
import dev.lamina.wire.WireClient;
import dev.lamina.wire.proto.Ack;
import dev.lamina.wire.proto.Chunk;
import dev.lamina.wire.proto.EdgeGrpc;
import dev.lamina.wire.proto.Frame;
import dev.lamina.wire.proto.Join;
import dev.lamina.wire.proto.Open;
import dev.lamina.wire.proto.Start;
import dev.lamina.wire.proto.Tensor;
import dev.lamina.wire.proto.Version;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers that mean ill, among devices that go about their work: none stops the server, and none
/// reaches the model.
@Timeout(300)
class HostilePeersIT {
    @TempDir Path temp;

    /// What a member of the run may do wrong in its first step.
    enum Wrong {
        NOT_FINITE(Float.NaN, "with NaN"),
        INFINITE(Float.POSITIVE_INFINITY, "with Infinity"),
        SHAPE(0, "of shape"),
        CODEC(0, "instead of fp32"),
        STEP(0, "activation of step 7, part 0 instead of 0, part 0"),
        PARTS(0, "3 parts of 3 texts, beyond 1 of 8"),
        LABEL(0, "label 9 of 2 classes"),
        LENGTH(0, "text of 1000 tokens"),
        UPDATE_TOO_SOON(0, "an update of");

        private final float value;
        private final String reason;

        Wrong(float value, String reason) {
            this.value = value;
            this.reason = reason;
        }

        Message message(int hidden) {
            FloatTensor tensor = FloatTensor.zeros(this == SHAPE ? 2 : 1, 3, hidden);
            tensor.values()[5] = value;
            TensorCodec codec = this == CODEC ? new TensorCodec.Fp16() : new TensorCodec.Fp32();
            if (this == UPDATE_TOO_SOON) {
                return new Message.AdapterUpdate(0, 8, 1, new LinkedHashMap<>());
            }
            return new Message.Activation(
                    new MicroBatch(
                            0,
                            this == STEP ? 7 : 0,
                            0,
                            this == PARTS ? 3 : 1,
                            this == PARTS ? 3 : 1),
                    EncodedTensor.of(codec, tensor),
                    List.of(this == LENGTH ? 1000 : 3),
                    List.of(this == LABEL ? 9 : 1));
        }
    }

    @ParameterizedTest
    @EnumSource(Wrong.class)
    void aMemberThatSendsNonsenseIsLeftOutAndTold(Wrong wrong) {
        FinetuneSpec spec = Specs.of(Specs.data(temp), Scheme.SHARED, 2);
        try (Network network = new Network(temp, spec)) {
            Future<Network.Outcome> server = network.server(Network.config(0), network.new Watch());
            Future<@Nullable Double> honest = network.device(0, new Network.Quiet());
            try (WireClient mallory = client(network, network.name(1))) {
                mallory.open();
                send(mallory, new Message.Join(80));
                assertThat(receive(mallory)).isInstanceOf(Message.Assigned.class);
                send(mallory, new Message.Ready());
                assertThat(receive(mallory)).isInstanceOf(Message.RoundStart.class);
                send(mallory, wrong.message(32));
                assertThat(receive(mallory))
                        .isInstanceOfSatisfying(
                                Message.Refusal.class,
                                refusal -> assertThat(refusal.reason()).contains(wrong.reason));
            }
            Network.Outcome outcome = Network.get(server);
            assertThat(Objects.requireNonNull(outcome.result()).rounds()).isEqualTo(3);
            assertThat(network.log).anyMatch(line -> line.startsWith("refused " + network.name(1)));
            assertThat(Network.get(honest)).isNotNull();
            outcome.adapter()
                    .forEach((name, tensor) -> {
                        for (float value : tensor.values()) {
                            assertThat(value).as(name).isFinite();
                        }
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, 1L << 40, 0, -1})
    void aMemberThatClaimsAbsurdlyManySamplesIsRefused(long samples) {
        FinetuneSpec spec = Specs.of(Specs.data(temp), Scheme.SHARED, 2);
        try (Network network = new Network(temp, spec)) {
            Future<Network.Outcome> server = network.server(Network.config(0), network.new Watch());
            Future<@Nullable Double> honest = network.device(0, new Network.Quiet());
            try (WireClient mallory = client(network, network.name(1))) {
                mallory.open();
                send(mallory, new Message.Join(samples));
                assertThat(receive(mallory)).isInstanceOf(Message.Refusal.class);
            }
            Future<@Nullable Double> other = network.device(1, new Network.Quiet());
            assertThat(Network.get(server).result()).isNotNull();
            assertThat(Network.get(honest)).isNotNull();
            assertThat(Network.get(other)).isNotNull();
        }
    }

    @Test
    void strangersChangeNothing() throws Exception {
        FinetuneSpec spec = Specs.of(Specs.data(temp), Scheme.SHARED, 2);
        Network.Outcome local;
        try (Finetune finetune = Finetune.prepare(spec)) {
            FinetuneResult result = finetune.run(null, false, new RunListener() {});
            local = new Network.Outcome(result, finetune.adapter().tensors());
        }
        try (Network network = new Network(temp, spec)) {
            Future<Network.Outcome> server = network.server(Network.config(0), network.new Watch());
            List<Future<@Nullable Double>> devices = new ArrayList<>();
            devices.add(network.device(0, new Network.Quiet()));
            randomBytes(network.port);
            assertThat(call(network, List.of())).isNull();
            for (List<Frame> frames : breaches()) {
                Status status = call(network, frames);
                assertThat(status).as(frames.toString()).isNotNull();
            }
            devices.add(network.device(1, new Network.Quiet()));
            Network.Outcome outcome = Network.get(server);
            devices.forEach(device -> assertThat(Network.get(device)).isNotNull());
            assertThat(Objects.requireNonNull(outcome.result()).trainLoss())
                    .isEqualTo(Objects.requireNonNull(local.result()).trainLoss());
        }
    }

    private static WireClient client(Network network, String name) {
        return new WireClient(
                new WireClient.Config(
                        new Address("127.0.0.1", network.port),
                        null,
                        name,
                        new Backoff(0.1, 1),
                        20,
                        1 << 26),
                text -> {});
    }

    private static void send(WireClient line, Message message) {
        line.send(WireFormat.toPacket(message));
    }

    private static Message receive(WireClient line) {
        Packet packet = line.poll(30);
        return WireFormat.fromPacket(Objects.requireNonNull(packet));
    }

    private static void randomBytes(int port) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20; i++) {
            byte[] bytes = new byte[random.nextInt(1, 20_000)];
            random.nextBytes(bytes);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(bytes);
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // the server may hang up at once, as it should
            }
        }
    }

    private static Frame open(BiFunction<Open.Builder, Version.Builder, Open.Builder> change) {
        Version.Builder version = Version.newBuilder().setMajor(1);
        Open.Builder open =
                Open.newBuilder()
                        .setDevice("mallory")
                        .setSession(ByteString.copyFrom(new byte[16]));
        return Frame.newBuilder().setOpen(change.apply(open, version).setVersion(version)).build();
    }

    private static Frame start(long number, Tensor... tensors) {
        return Frame.newBuilder()
                .setStart(
                        Start.newBuilder()
                                .setNumber(number)
                                .setMessage(
                                        dev.lamina.wire.proto.Message.newBuilder()
                                                .setJoin(Join.newBuilder().setSamples(1))
                                                .addAllTensors(List.of(tensors))))
                .build();
    }

    /// Each a conversation that breaks the protocol.
    private static List<List<Frame>> breaches() {
        Frame good = open((open, version) -> open);
        Tensor huge =
                Tensor.newBuilder()
                        .setName("x")
                        .setCodec("fp32")
                        .addShape(1L << 40)
                        .setBytes(1L << 42)
                        .build();
        Frame chunk =
                Frame.newBuilder()
                        .setChunk(
                                Chunk.newBuilder()
                                        .setNumber(1)
                                        .setData(ByteString.copyFrom(new byte[9])))
                        .build();
        Frame ack = Frame.newBuilder().setAck(Ack.newBuilder().setNumber(99)).build();
        return List.of(
                List.of(open((open, version) -> open.setDevice("../etc"))),
                List.of(open((open, version) -> open.setSession(ByteString.EMPTY))),
                List.of(open((open, version) -> open.setReceived(5))),
                List.of(
                        open((open, version) -> {
                            version.setMajor(2);
                            return open;
                        })),
                List.of(start(1)),
                List.of(chunk),
                List.of(Frame.getDefaultInstance()),
                List.of(good, good),
                List.of(good, chunk),
                List.of(good, ack),
                List.of(good, start(7)),
                List.of(good, start(1, huge)),
                new ArrayList<>(Collections.nCopies(2, start(3))));
    }

    /// Says these frames; how the server ends the call, or null if it does not.
    private static @Nullable Status call(Network network, List<Frame> frames) throws Exception {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", network.port).usePlaintext().build();
        try {
            CompletableFuture<Status> end = new CompletableFuture<>();
            StreamObserver<Frame> out =
                    EdgeGrpc.newStub(channel)
                            .connect(
                                    new StreamObserver<>() {
                                        @Override
                                        public void onNext(Frame frame) {}

                                        @Override
                                        public void onError(Throwable t) {
                                            end.complete(Status.fromThrowable(t));
                                        }

                                        @Override
                                        public void onCompleted() {
                                            end.complete(Status.OK);
                                        }
                                    });
            frames.forEach(out::onNext);
            if (frames.isEmpty()) {
                return null;
            }
            return end.get(20, TimeUnit.SECONDS);
        } finally {
            channel.shutdownNow();
        }
    }
}
