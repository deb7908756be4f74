package dev.lamina.gateway;

import static dev.lamina.gateway.NodeKinds.line;
import static dev.lamina.gateway.NodeKinds.spec;
import static dev.lamina.gateway.NodeKinds.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.serve.Catalogue;
import dev.lamina.serve.Flow;
import dev.lamina.serve.FlowRunner;
import dev.lamina.serve.FlowSpec;
import dev.lamina.serve.FlowSpec.Source;
import dev.lamina.serve.FlowSpec.Step;
import dev.lamina.serve.LocalNode;
import dev.lamina.serve.Node;
import dev.lamina.serve.NodeStatus;
import dev.lamina.serve.Orchestrator;
import dev.lamina.serve.OrchestratorListener;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.RequestContext;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.ServiceSpec;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Value;
import dev.lamina.serve.ValueType;
import dev.lamina.wire.Address;
import dev.lamina.wire.proto.NodeServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NegotiationType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node behind a real socket, without TLS.
@Timeout(60)
class NodeServerTest {
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);

    @TempDir Path folder;
    private final NodeKinds kinds = new NodeKinds();
    private final LocalNode local = kinds.node("a");
    private NodeServer server;
    private RemoteNode remote;

    @BeforeEach
    void start() throws IOException {
        server = serve(local, false);
        remote = RemoteNode.connect(address(server), null);
    }

    @AfterEach
    void stop() {
        kinds.released.countDown();
        remote.close();
        server.close();
        local.close();
    }

    private NodeServer serve(Node node, boolean anyPath) throws IOException {
        return new NodeServer(
                new NodeServer.Config(
                        ANY_PORT, null, folder.resolve("root"), anyPath, Duration.ofSeconds(5)),
                node,
                refused -> {});
    }

    private static Address address(NodeServer server) {
        return ANY_PORT.withPort(server.port());
    }

    private static RequestContext soon() {
        return RequestContext.within(Duration.ofSeconds(20));
    }

    private static Reason reason(Runnable run) {
        AtomicReference<@Nullable Reason> reason = new AtomicReference<>();
        assertThatThrownBy(run::run)
                .isInstanceOfSatisfying(ServeException.class, e -> reason.set(e.reason()));
        return Objects.requireNonNull(reason.get());
    }

    @Test
    void nameAndStatusAreTheNodes() {
        assertThat(remote.name()).isEqualTo("a");
        remote.assign(spec("m", "mirror"), new byte[0], true);
        remote.call("m@1", List.of(text("x"), text("y")), soon());
        NodeStatus status = remote.status();
        assertThat(status).isEqualTo(local.status());
        assertThat(status.replicas()).singleElement().matches(r -> r.items() == 2 && r.loaded());
        remote.remove("m@1");
        assertThat(remote.status().replicas()).isEmpty();
        assertThat(reason(() -> remote.call("m@1", List.of(text("x")), soon())))
                .isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void anotherNameIsAnotherNode() {
        try (RemoteNode other = new RemoteNode("b", address(server), null)) {
            assertThatThrownBy(other::status)
                    .hasMessageContaining("is called 'a', not 'b'")
                    .matches(e -> ((ServeException) e).reason() == Reason.UNAVAILABLE);
        }
        try (RemoteNode named = RemoteNode.of("--node", "a=" + address(server), null)) {
            assertThat(named.status().name()).isEqualTo("a");
        }
        assertThatThrownBy(() -> RemoteNode.of("--node", "a b=127.0.0.1:1", null))
                .isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> RemoteNode.of("--node", "a=192.0.2.1:7171", null))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("without TLS");
        assertThatThrownBy(() -> RemoteNode.of("--nodes", "127.0.0.1:1", null))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("NAME=127.0.0.1:1");
        assertThatThrownBy(() -> RemoteNode.of("--node", "127.0.0.1:1", null))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("Maybe start it first, or it is not a node");
    }

    @Test
    void outcomesAndFailuresComeBackAsTheyAre() {
        remote.assign(spec("f", "fussy"), new byte[0], false);
        List<Map<String, Value>> items = new ArrayList<>(List.of(text("fine")));
        List<Reason> reasons = List.of(Reason.values());
        for (Reason reason : reasons) {
            items.add(text(reason.name()));
        }
        List<Outcome> here = local.call("f@1", items, soon());
        List<Outcome> there = remote.call("f@1", items, soon());
        assertThat(there).hasSameSizeAs(here);
        assertThat(line(there.getFirst().outputs())).isEqualTo("fine");
        for (int i = 1; i < items.size(); i++) {
            ServeException error = ((Outcome.Failed) there.get(i)).error();
            assertThat(error.reason()).isEqualTo(reasons.get(i - 1));
            assertThat(error).hasMessage(((Outcome.Failed) here.get(i)).error().getMessage());
        }
    }

    @Test
    void whatTheNodeRefusesKeepsItsReason() {
        assertThat(reason(() -> remote.assign(spec("x", "nothing"), new byte[0], true)))
                .isEqualTo(Reason.BAD_INPUT);
        ServiceSpec large = spec("x", "mirror", "megabytes", 5000);
        assertThat(reason(() -> remote.assign(large, new byte[0], true)))
                .isEqualTo(Reason.EXHAUSTED);
        remote.assign(spec("m", "memory"), new byte[0], false);
        assertThat(reason(() -> remote.state("none@1"))).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void stateGoesThereAndBack() {
        byte[] state = new byte[(5 << 20) + 17];
        RandomGenerator random = Seeds.stream(1, "state");
        random.nextBytes(state);
        remote.assign(spec("m", "memory"), state, true);
        assertThat(line(remote.call("m@1", List.of(text("?")), soon()).getFirst().outputs()))
                .isEqualTo(state.length + " bytes");
        assertThat(remote.state("m@1")).isEqualTo(state);
        remote.assign(spec("empty", "memory"), new byte[0], true);
        assertThat(remote.state("empty@1")).isEmpty();
    }

    /// The flow's services on one node in this process, and on two behind sockets.
    @Test
    void distributedEqualsLocal() throws IOException {
        List<ServiceSpec> services =
                List.of(spec("embed", "embed"), spec("square", "square"), spec("again", "square"));
        SequencedMap<String, Step> steps = new LinkedHashMap<>();
        steps.put("e", step("embed", "text", "text"));
        steps.put("s", step("square", "hidden", "e.hidden"));
        steps.put("t", step("again", "hidden", "s.hidden"));
        SequencedMap<String, ValueType> inputs = new LinkedHashMap<>();
        inputs.put("text", ValueType.TEXT);
        SequencedMap<String, Source> outputs = new LinkedHashMap<>();
        outputs.put("once", Source.parse("s.hidden"));
        outputs.put("twice", Source.parse("t.hidden"));
        FlowSpec flow = new FlowSpec("flow", "", inputs, steps, outputs);
        List<Map<String, Value>> items = new ArrayList<>();
        RandomGenerator random = Seeds.stream(7, "texts");
        for (int i = 0; i < 50; i++) {
            items.add(text("x".repeat(random.nextInt(200)) + i));
        }
        List<Map<String, Value>> here;
        try (LocalNode alone = kinds.node("alone")) {
            here = run(services, flow, List.of(alone), Map.of(), items);
        }
        try (LocalNode b = kinds.node("b");
                NodeServer behind = serve(b, false);
                RemoteNode remoteB = RemoteNode.connect(address(behind), null)) {
            List<Map<String, Value>> there =
                    run(
                            services,
                            flow,
                            List.of(remote, remoteB),
                            Map.of("a", List.of("embed", "again"), "b", List.of("square")),
                            items);
            assertThat(NodeFormatTest.bits(there)).isEqualTo(NodeFormatTest.bits(here));
        }
    }

    private static Step step(String service, String input, String source) {
        SequencedMap<String, Source> inputs = new LinkedHashMap<>();
        inputs.put(input, Source.parse(source));
        return new Step(service, inputs);
    }

    private List<Map<String, Value>> run(
            List<ServiceSpec> services,
            FlowSpec spec,
            List<Node> nodes,
            Map<String, List<String>> placement,
            List<Map<String, Value>> items) {
        Catalogue catalogue = Catalogue.check(kinds.kinds(), services, List.of(spec), placement);
        Flow flow = Objects.requireNonNull(catalogue.flows().get("flow"));
        Orchestrator orchestrator =
                new Orchestrator(
                        kinds.kinds(),
                        nodes,
                        Orchestrator.Config.DEFAULT,
                        OrchestratorListener.NONE);
        orchestrator.start(
                catalogue,
                (demands, capacities) -> {
                    SequencedMap<String, List<String>> all = new LinkedHashMap<>();
                    all.put("alone", services.stream().map(ServiceSpec::name).toList());
                    return all;
                });
        List<Outcome> outcomes =
                new FlowRunner(orchestrator, (f, s, v, c, a, b, e) -> {}).run(flow, items, soon());
        return outcomes.stream().map(Outcome::outputs).toList();
    }

    /// Keeps what it is asked.
    private static final class Asked implements Node {
        final CompletableFuture<RequestContext> context = new CompletableFuture<>();
        final CountDownLatch answer = new CountDownLatch(1);

        @Override
        public String name() {
            return "asked";
        }

        @Override
        public NodeStatus status() {
            return new NodeStatus("asked", "1", 0, 0, List.of());
        }

        @Override
        public void assign(ServiceSpec spec, byte[] state, boolean load) {}

        @Override
        public void remove(String id) {}

        @Override
        public List<Outcome> call(String id, List<Map<String, Value>> items, RequestContext asked) {
            context.complete(asked);
            var _ = asked.cancelled().thenRun(answer::countDown);
            try {
                answer.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException("a fault");
        }

        @Override
        public byte[] state(String id) {
            return new byte[0];
        }

        @Override
        public void close() {}
    }

    @Test
    void deadlineTraceAndCancellationReachTheNode() throws Exception {
        Asked asked = new Asked();
        try (NodeServer behind = serve(asked, false);
                RemoteNode node = new RemoteNode("asked", address(behind), null)) {
            String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
            RequestContext context = RequestContext.within(Duration.ofSeconds(30), trace);
            CompletableFuture<List<Outcome>> answer =
                    CompletableFuture.supplyAsync(
                            () -> node.call("x@1", List.of(text("x")), context));
            RequestContext there = asked.context.get(20, TimeUnit.SECONDS);
            assertThat(there.traceParent()).isEqualTo(trace);
            assertThat(there.leftNanos()).isBetween(1L, Duration.ofSeconds(30).toNanos());
            assertThat(there.cancelled()).isNotDone();
            context.cancel();
            there.cancelled().get(20, TimeUnit.SECONDS);
            Outcome outcome = answer.get(20, TimeUnit.SECONDS).getFirst();
            assertThat(((Outcome.Failed) outcome).error().reason()).isEqualTo(Reason.CANCELLED);
        }
    }

    @Test
    void aFaultInTheNodeIsInternalAndTheNodeGoesOn() throws IOException {
        Asked asked = new Asked();
        asked.answer.countDown();
        try (NodeServer behind = serve(asked, false);
                RemoteNode node = new RemoteNode("asked", address(behind), null)) {
            assertThat(reason(() -> node.call("x@1", List.of(text("x")), soon())))
                    .isEqualTo(Reason.INTERNAL);
            assertThat(node.status().name()).isEqualTo("asked");
        }
    }

    @Test
    void whatRunsOutOfTimeIsNotComputed() throws InterruptedException {
        remote.assign(spec("s", "slow"), new byte[0], true);
        RequestContext brief = RequestContext.within(Duration.ofMillis(300));
        List<Outcome> outcomes = remote.call("s@1", List.of(text("x")), brief);
        assertThat(((Outcome.Failed) outcomes.getFirst()).error().reason())
                .isEqualTo(Reason.DEADLINE);
        List<Outcome> late =
                remote.call("s@1", List.of(text("y")), RequestContext.within(Duration.ofMillis(9)));
        assertThat(((Outcome.Failed) late.getFirst()).error().reason()).isEqualTo(Reason.DEADLINE);
        Thread.sleep(500); // its time is over at the node as well, however late that heard of it
        kinds.released.countDown();
        assertThat(line(remote.call("s@1", List.of(text("z")), soon()).getFirst().outputs()))
                .isEqualTo("z");
        assertThat(kinds.started.get()).isEqualTo(2); // x, which had begun, and z
    }

    @Test
    void pathsStayBelowTheNodesFolder() throws IOException {
        Files.createDirectories(folder.resolve("root").resolve("models"));
        Files.writeString(folder.resolve("root").resolve("models").resolve("a"), "a");
        Path secret = Files.writeString(folder.resolve("secret"), "s");
        remote.assign(spec("fine", "file", "path", "models/../models/a"), new byte[0], true);
        for (String path :
                List.of("../secret", "models/../../secret", secret.toString(), "models/\0")) {
            assertThat(
                            reason(() ->
                                    remote.assign(
                                            spec("x", "file", "path", path), new byte[0], true)))
                    .as(path)
                    .isEqualTo(Reason.BAD_INPUT);
        }
        assertThat(remote.status().replicas()).hasSize(1);
        Settings open = new Settings(new LinkedHashMap<>());
        assertThat(open.resolve(secret.toString())).isEqualTo(secret);
        try (NodeServer trusting = serve(local, true);
                RemoteNode node = new RemoteNode("a", address(trusting), null)) {
            node.assign(spec("x", "file", "path", "../secret"), new byte[0], true);
            node.assign(spec("y", "file", "path", secret.toString()), new byte[0], true);
        }
    }

    @Test
    void largeTensorsPass() {
        remote.assign(spec("m", "mirror"), new byte[0], true);
        float[] values = new float[12 << 20];
        values[values.length - 1] = Float.MIN_VALUE;
        Map<String, Value> item =
                Map.of("x", new Value.Floats(new FloatTensor(new long[] {12, 1 << 20}, values)));
        assertThat(remote.call("m@1", List.of(item), soon()).getFirst().outputs()).isEqualTo(item);
    }

    @Test
    void floatsAreSentByACodecAndAnsweredExactly() {
        remote.assign(spec("m", "mirror"), new byte[0], true);
        FloatTensor tensor =
                new FloatTensor(new long[] {2, 3}, new float[] {1, 0.3f, -7, 1e-3f, 5, 0});
        Map<String, Value> item = Map.of("x", new Value.Floats(tensor));
        for (String name : List.of("fp32", "fp16", "int8", "topk:0.5")) {
            TensorCodec codec = TensorCodec.of(name);
            FloatTensor sent = codec.decode(codec.encode(tensor), tensor.shape());
            assertThat(
                            remote.sending(codec)
                                    .call("m@1", List.of(item), soon())
                                    .getFirst()
                                    .outputs())
                    .as(name)
                    .isEqualTo(Map.of("x", new Value.Floats(sent)));
        }
    }

    /// Bytes as they are.
    private enum Raw implements MethodDescriptor.Marshaller<byte[]> {
        BYTES;

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Status.Code send(ManagedChannel channel, byte[] message) {
        MethodDescriptor<byte[], byte[]> call =
                NodeServiceGrpc.getCallMethod().toBuilder(Raw.BYTES, Raw.BYTES).build();
        try {
            ClientCalls.blockingUnaryCall(
                    channel,
                    call,
                    CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                    message);
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    @Test
    void damagedMessagesAreRefusedAndTheNodeGoesOn() {
        remote.assign(spec("s", "mirror"), new byte[0], true);
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                        .negotiationType(NegotiationType.PLAINTEXT)
                        .build();
        try {
            byte[] good = NodeFuzz.seeds().getFirst();
            assertThat(send(channel, good)).isEqualTo(Status.Code.OK);
            RandomGenerator random = Seeds.stream(3, "noise");
            for (int i = 0; i < 200; i++) {
                byte[] noise = new byte[random.nextInt(1, 100)];
                random.nextBytes(noise);
                noise[0] = (byte) 0xff; // no such field
                assertThat(send(channel, noise)).isEqualTo(Status.Code.INVALID_ARGUMENT);
            }
            for (int i = 0; i < 500; i++) {
                byte[] damaged = good.clone();
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                assertThat(send(channel, damaged))
                        .isIn( // of a service that is not there: UNAVAILABLE
                                Status.Code.OK,
                                Status.Code.INVALID_ARGUMENT,
                                Status.Code.UNAVAILABLE);
            }
            assertThat(send(channel, new byte[NodeFormat.LARGEST_MESSAGE + 1]))
                    .isNotEqualTo(Status.Code.OK);
            assertThat(send(channel, good)).isEqualTo(Status.Code.OK);
        } finally {
            channel.shutdownNow();
        }
        assertThat(remote.status().replicas()).hasSize(1);
    }

    @Test
    void plainTextIsForTheLoopbackOnly() {
        assertThatThrownBy(() ->
                        new NodeServer(
                                new NodeServer.Config(
                                        new Address("0.0.0.0", 0),
                                        null,
                                        folder,
                                        false,
                                        Duration.ZERO),
                                local,
                                refused -> {}))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("Maybe");
    }

    @Test
    void closingAnswersWhatWaits() throws Exception {
        remote.assign(spec("s", "slow"), new byte[0], true);
        CompletableFuture<List<Outcome>> answer =
                CompletableFuture.supplyAsync(() -> remote.call("s@1", List.of(text("x")), soon()));
        while (kinds.started.get() == 0) {
            Thread.sleep(5);
        }
        Thread closing = Thread.ofVirtual().start(server::close);
        Thread.sleep(50);
        kinds.released.countDown();
        assertThat(line(answer.get(20, TimeUnit.SECONDS).getFirst().outputs())).isEqualTo("x");
        closing.join();
        assertThat(reason(() -> remote.call("s@1", List.of(text("y")), soon())))
                .isEqualTo(Reason.UNAVAILABLE);
        assertThat(reason(remote::status)).isEqualTo(Reason.UNAVAILABLE);
    }
}
