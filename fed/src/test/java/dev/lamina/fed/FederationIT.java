package dev.lamina.fed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.air.EdgeServer;
import dev.lamina.air.Examples;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.wire.Address;
import dev.lamina.wire.Packet;
import dev.lamina.wire.WireClient;
import dev.lamina.wire.proto.AdapterUpdate;
import dev.lamina.wire.proto.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A federation over real sockets comes to what one process comes to, and bears its servers'
/// faults.
@Timeout(120)
class FederationIT {
    @TempDir Path folder;

    private static List<Network.Fate> fates() {
        return List.of(new Network.Fate(), new Network.Fate(), new Network.Fate());
    }

    /// All but the last one.
    private static List<Future<Boolean>> othersOf(Network network) {
        return List.of(network.join(0, new Network.Fate()), network.join(1, new Network.Fate()));
    }

    private static void done(List<Future<Boolean>> servers) {
        servers.forEach(server -> assertThat(Network.get(server)).isTrue());
    }

    @Test
    void theNetworkComesToTheSameAsOneProcess() {
        for (Setup setup : List.of(Setup.plain(3), Setup.varied(4))) {
            try (Network network = new Network(folder, setup)) {
                Future<Setup.Outcome> leader = network.lead(Network.config(0, 30));
                List<Network.Fate> fates = fates();
                List<Future<Boolean>> servers = new ArrayList<>();
                for (int server : List.of(2, 0, 1)) { // the order of coming does not matter
                    servers.add(network.join(server, fates.get(server)));
                }
                Setup.Outcome outcome = Network.get(leader);
                assertThat(outcome).isEqualTo(setup.local());
                done(servers);
                if (!setup.settings().federation().personal()) {
                    assertThat(fates.getFirst().results).containsExactly(outcome.parameters());
                }
            }
        }
    }

    /// A server that goes for good in the middle of a round: the others go on after a while.
    @Test
    void aRoundGoesOnWithoutAServerThatIsGone() {
        try (Network network = new Network(folder, Setup.plain(4))) {
            Future<Setup.Outcome> leader = network.lead(Network.config(0, 0.5));
            List<Future<Boolean>> others = othersOf(network);
            Future<Boolean> gone =
                    network.join(
                            2,
                            new Network.Fate() {
                                @Override
                                public void stepped(int step, int steps, double loss) {
                                    leave = step > steps / 4; // in the second round
                                }
                            });
            assertThat(Network.get(gone)).isFalse();
            Setup.Outcome outcome = Network.get(leader);
            assertThat(outcome.reports()).extracting(r -> r.servers()).containsExactly(3, 2, 2, 2);
            done(others);
            assertThat(network.log)
                    .contains("left west", "left out west 2 gone")
                    .doesNotContain("left out west 3 gone");
        }
    }

    /// A server that is too slow in one round is left out of it, goes back, and is there again.
    @Test
    void aStragglerIsLeftOutAndTakenBack() {
        CountDownLatch slow = new CountDownLatch(1);
        Setup setup = Setup.plain(4);
        setup.local(); // the engine is there before the deadline counts
        try (Network network = new Network(folder, setup)) {
            Future<Setup.Outcome> leader = network.lead(Network.config(2, 30));
            List<Future<Boolean>> others = othersOf(network);
            Future<Boolean> straggler =
                    network.join(
                            2,
                            new Network.Fate() {
                                private int round;

                                @Override
                                public void round(int number, int rounds) {
                                    round = number;
                                }

                                @Override
                                public void stepped(int step, int steps, double loss) {
                                    while (round == 2 && !stopRequested() && isWaitedFor()) {
                                        pause(slow);
                                    }
                                }

                                private boolean isWaitedFor() {
                                    return network.log.stream()
                                            .noneMatch(line -> line.startsWith("left out west 2"));
                                }
                            });
            Setup.Outcome outcome = Network.get(leader);
            assertThat(network.log).contains("left out west 2 past the round's deadline");
            assertThat(outcome.reports().get(1).servers()).isEqualTo(2);
            assertThat(outcome.reports().getLast().servers()).isEqualTo(3);
            assertThat(Network.get(straggler)).isTrue();
            done(others);
        }
    }

    private static void pause(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Ended in the middle of its second round and started again, it makes no difference.
    @Test
    void aServerThatComesBackLeavesNoTrace() {
        for (Setup setup : List.of(Setup.plain(4), Setup.varied(4))) {
            try (Network network = new Network(folder, setup)) {
                Future<Setup.Outcome> leader = network.lead(Network.config(0, 60));
                List<Future<Boolean>> others = othersOf(network);
                Future<Boolean> gone =
                        network.join(
                                2,
                                new Network.Fate() {
                                    private int rounds;

                                    @Override
                                    public void round(int round, int all) {
                                        rounds++;
                                    }

                                    @Override
                                    public void stepped(int step, int steps, double loss) {
                                        leave = rounds == 2;
                                    }
                                });
                assertThat(Network.get(gone)).isFalse();
                Future<Boolean> again = network.join(2, new Network.Fate());
                assertThat(Network.get(leader)).isEqualTo(setup.local());
                assertThat(Network.get(again)).isTrue();
                done(others);
                assertThat(network.log)
                        .contains("left west")
                        .noneMatch(l -> l.startsWith("left out"));
            }
        }
    }

    /// Who leads is ended after the second round and goes on from its state; the servers wait.
    @Test
    void whoLeadsMayBeRestarted() {
        Setup setup = Setup.varied(5);
        try (Network network = new Network(folder, setup)) {
            List<SequencedMap<String, FloatTensor>> states = new ArrayList<>();
            List<Roster> rosters = new ArrayList<>();
            Future<Setup.Outcome> first =
                    network.lead(
                            Network.config(0, 60),
                            null,
                            null,
                            (state, roster) -> {
                                states.add(state);
                                rosters.add(roster);
                                network.stop = states.size() == 2;
                            });
            int port = network.port();
            List<Future<Boolean>> servers = new ArrayList<>();
            for (int server = 0; server < 3; server++) {
                servers.add(network.join(server, new Network.Fate()));
            }
            assertThat(Network.get(first).reports()).hasSize(2);
            network.stop = false;
            FederationNetwork same =
                    new FederationNetwork(new Address("127.0.0.1", port), null, 1, 1, 0, 60);
            Setup.Outcome outcome =
                    Network.get(
                            network.lead(same, states.getLast(), rosters.getLast(), (_, _) -> {}));
            Setup.Outcome expected = setup.local();
            assertThat(outcome.parameters()).isEqualTo(expected.parameters());
            assertThat(outcome.reports()).isEqualTo(expected.reports().subList(2, 5));
            done(servers);
        }
    }

    /// What a member may send that does not fit.
    enum Wrong {
        NOT_FINITE("with NaN"),
        LOSS("losses"),
        NO_GLOBAL_LOSS("without the global"),
        SHAPE("of shape"),
        CODEC("instead of fp32"),
        FEWER("no tensor"),
        OTHER("no tensor"),
        NO_EXAMPLES("from 0 examples"),
        TOO_MANY_EXAMPLES("examples"),
        WRONG_WAY("to a federation"),
        READY_TWICE("ready without");

        private final String reason;

        Wrong(String reason) {
            this.reason = reason;
        }

        Packet packet(SequencedMap<String, EncodedTensor> global) {
            SequencedMap<String, EncodedTensor> tensors = new LinkedHashMap<>(global);
            String last = global.lastEntry().getKey();
            FloatTensor tensor = global.lastEntry().getValue().decode();
            switch (this) {
                case NOT_FINITE -> tensor.values()[1] = Float.NaN;
                case FEWER, OTHER -> tensors.remove(last);
                default -> {}
            }
            TensorCodec codec = this == CODEC ? new TensorCodec.Fp16() : new TensorCodec.Fp32();
            FloatTensor sent =
                    this == SHAPE
                            ? new FloatTensor(new long[] {tensor.size(), 1}, tensor.values())
                            : tensor;
            if (this != FEWER) {
                tensors.put(this == OTHER ? "other" : last, EncodedTensor.of(codec, sent));
            }
            AdapterUpdate.Builder update =
                    AdapterUpdate.newBuilder()
                            .setRound(0)
                            .setSamples(
                                    this == NO_EXAMPLES
                                            ? 0
                                            : this == TOO_MANY_EXAMPLES ? 1L << 40 : 10)
                            .setLoss(this == LOSS ? Double.NaN : 1);
            if (this != NO_GLOBAL_LOSS) {
                update.setGlobalLoss(1);
            }
            return switch (this) {
                case WRONG_WAY -> FederationFormat.finished(tensors);
                case READY_TWICE -> FederationFormat.ready();
                default ->
                        new Packet(Message.newBuilder().setAdapterUpdate(update).build(), tensors);
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Wrong.class)
    void whoSendsNonsenseIsLeftOutAndTold(Wrong wrong) {
        try (Network network = new Network(folder, Setup.plain(2))) {
            Future<Setup.Outcome> leader = network.lead(Network.config(0, 30));
            List<Future<Boolean>> honest = othersOf(network);
            try (WireClient mallory =
                    new WireClient(network.line("west", network.port()), _ -> {})) {
                mallory.open();
                mallory.send(FederationFormat.join(5));
                assertThat(receive(mallory).message().hasFederationAssignment()).isTrue();
                mallory.send(FederationFormat.ready());
                Packet start = receive(mallory);
                assertThat(start.message().hasRoundStart()).isTrue();
                mallory.send(wrong.packet(start.tensors()));
                Message answer = receive(mallory).message();
                assertThat(answer.getRefusal().getReason()).contains(wrong.reason);
                Setup.Outcome outcome = Network.get(leader);
                assertThat(outcome.reports()).extracting(r -> r.servers()).containsExactly(2, 2);
                done(honest);
                outcome.parameters()
                        .forEach((name, tensor) -> {
                            for (float value : tensor.values()) {
                                assertThat(value).as(name).isFinite();
                            }
                        });
            }
        }
    }

    private static Packet receive(WireClient line) {
        return Objects.requireNonNull(line.poll(30));
    }

    /// Holds up its rounds until it is let go.
    private static final class Held extends Network.Fate {
        final CountDownLatch go = new CountDownLatch(1);

        @Override
        public void round(int round, int rounds) {
            try {
                assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /// Those who say nonsense of their tracks, and a fourth one.
    @Test
    void whoDoesNotBelongIsTurnedAway() {
        try (Network network = new Network(folder, Setup.plain(3))) {
            Future<Setup.Outcome> leader = network.lead(Network.config(0, 60));
            try (WireClient greedy = client(network, "greedy", Integer.MAX_VALUE);
                    WireClient none = client(network, "none", 0)) {
                assertThat(refusal(greedy)).contains("a join with");
                assertThat(refusal(none)).contains("a join with 0 tracks");
            }
            Held held = new Held();
            List<Future<Boolean>> servers =
                    List.of(
                            network.join(0, held),
                            network.join(1, new Network.Fate()),
                            network.join(2, new Network.Fate()));
            await(network, "joined west");
            try (WireClient late = client(network, "south", 4)) {
                assertThat(refusal(late)).contains("has its 3 servers already");
            }
            held.go.countDown();
            assertThat(Network.get(leader)).isEqualTo(Setup.plain(3).local());
            done(servers);
        }
    }

    private static WireClient client(Network network, String name, int tracks) {
        WireClient line = new WireClient(network.line(name, network.port()), _ -> {});
        line.open();
        line.send(FederationFormat.join(tracks));
        return line;
    }

    private static String refusal(WireClient line) {
        return receive(line).message().getRefusal().getReason();
    }

    private static void await(Network network, String line) {
        CountDownLatch never = new CountDownLatch(1);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!network.log.contains(line)) {
            assertThat(System.nanoTime()).as(network.log.toString()).isLessThan(end);
            pause(never);
        }
    }

    /// A server that comes back with other tracks is told so, and the round goes on without it.
    @Test
    void whoComesBackWithOtherTracksIsTurnedAway() {
        try (Network network = new Network(folder, Setup.plain(2))) {
            Future<Setup.Outcome> leader = network.lead(Network.config(0, 60));
            Held held = new Held();
            List<Future<Boolean>> others =
                    List.of(network.join(0, held), network.join(1, new Network.Fate()));
            Future<Boolean> before = network.join(2, new Held());
            await(network, "joined west");
            Member.Config config =
                    new Member.Config(network.line("west", network.port()), 99, folder);
            try (Member after = new Member(config, new NoTracks(), new Network.Fate())) {
                assertThatThrownBy(after::run)
                        .isInstanceOf(BadInputException.class)
                        .hasMessageContaining("99 tracks on west, which had 5 at first");
            }
            held.go.countDown();
            assertThat(Network.get(leader).reports().getFirst().servers()).isEqualTo(2);
            done(others);
            assertThat(before.isDone()).isFalse();
        }
    }

    private static final class NoTracks implements Member.Material {
        @Override
        public <E> Examples<E> examples(Assignment assignment, TrainedPredictor<E> model) {
            throw new AssertionError("it is given an assignment");
        }
    }

    @Test
    void anAddressThatIsTakenIsBadInput() {
        try (Network network = new Network(folder, Setup.plain(1))) {
            Future<Setup.Outcome> leader = network.lead(Network.config(0, 1));
            FederationNetwork taken =
                    new FederationNetwork(
                            new Address("127.0.0.1", network.port()), null, 1, 1, 0, 1);
            try (RemoteServers second =
                    new RemoteServers(
                            3,
                            Setup.plain(1).settings(),
                            new LinkedHashMap<>(),
                            taken,
                            FederationListener.NONE,
                            null)) {
                assertThatThrownBy(second::open)
                        .isInstanceOf(BadInputException.class)
                        .hasMessageContaining("cannot listen on");
            }
            assertThat(leader.isDone()).isFalse();
        }
    }

    /// What an update is checked for does not depend on the order of its tensors.
    @Test
    void theOrderOfTensorsDoesNotMatter() {
        SequencedMap<String, FloatTensor> like = new LinkedHashMap<>();
        like.put("a", FloatTensor.zeros(2));
        like.put("b", FloatTensor.zeros(3));
        @Nullable Double none = null;
        EdgeServer.Update update =
                new EdgeServer.Update(1, none, 1, new LinkedHashMap<>(like.reversed()));
        EdgeServer.Update taken =
                FederationFormat.update(
                        FederationFormat.update(0, update), new TensorSet(like), false);
        assertThat(taken.trained().sequencedKeySet()).containsExactly("a", "b");
    }
}
