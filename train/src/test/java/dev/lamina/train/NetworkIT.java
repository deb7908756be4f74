package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.edge.ServerOrder;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A run over sockets is the run in one process, whatever happens on the way.
@Timeout(300)
class NetworkIT {
    @TempDir Path temp;
    private FinetuneSpec spec = Specs.of(Path.of("unset"), Scheme.SHARED, 1);

    @BeforeEach
    void spec() {
        spec = Specs.of(Specs.data(temp), Scheme.SHARED, 3);
    }

    private static Network.Outcome local(FinetuneSpec spec) {
        try (Finetune finetune = Finetune.prepare(spec)) {
            FinetuneResult result = finetune.run(null, false, new RunListener() {});
            return new Network.Outcome(result, finetune.adapter().tensors());
        }
    }

    private static void same(Network.Outcome network, Network.Outcome local) {
        FinetuneResult a = Objects.requireNonNull(network.result());
        FinetuneResult b = Objects.requireNonNull(local.result());
        assertThat(a.trainLoss()).isEqualTo(b.trainLoss());
        assertThat(a.valLoss()).isEqualTo(b.valLoss());
        assertThat(a.accuracy()).isEqualTo(b.accuracy());
        assertThat(a.steps()).isEqualTo(b.steps());
        sameAdapter(network.adapter(), local.adapter());
    }

    private static void sameAdapter(Map<String, FloatTensor> a, Map<String, FloatTensor> b) {
        assertThat(a.keySet()).isEqualTo(b.keySet());
        a.forEach((name, tensor) ->
                assertThat(tensor.values())
                        .as(name)
                        .isEqualTo(Objects.requireNonNull(b.get(name)).values()));
    }

    private Network.Outcome run(FinetuneSpec these) {
        try (Network network = new Network(temp, these)) {
            Future<Network.Outcome> server = network.server(Network.config(0), network.new Watch());
            List<Future<@Nullable Double>> devices = network.devices();
            Network.Outcome outcome = Network.get(server);
            double accuracy = Objects.requireNonNull(outcome.result()).accuracy();
            devices.forEach(device -> assertThat(Network.get(device)).isEqualTo(accuracy));
            assertThat(network.log).allMatch(line -> line.startsWith("round"));
            return outcome;
        }
    }

    @Test
    void theSameAsInOneProcess() {
        Network.Outcome local = local(spec);
        Network.Outcome network = run(spec);
        same(network, local);
        FinetuneResult a = Objects.requireNonNull(network.result());
        FinetuneResult b = Objects.requireNonNull(local.result());
        assertThat(a.uplinkBytes()).isEqualTo(b.uplinkBytes());
        assertThat(a.downlinkBytes()).isEqualTo(b.downlinkBytes());
        assertThat(a.simulatedSeconds()).isEqualTo(b.simulatedSeconds());
    }

    @Test
    void theSameUnderAnyCutOrderAndCodec() {
        FinetuneSpec other =
                Specs.with(
                        spec,
                        List.of(0, 3, 2),
                        new ServerOrder.StrictLongestTail(),
                        new TensorCodec.Int8());
        same(run(other), local(other));
    }

    @ParameterizedTest
    @CsvSource({
        "PARALLEL,false,1,false",
        "SEQUENTIAL,false,1,false",
        "SEQUENTIAL,true,2,false",
        "SHARED,true,1,false",
        "SHARED,false,3,true",
        "SHARED,true,3,true",
        "USHAPE,true,1,true",
        "USHAPE,true,3,false",
    })
    void theSameUnderAnySchemeHoweverStepsAreCarriedOut(
            Scheme scheme, boolean headOnDevice, int microBatches, boolean recompute) {
        FinetuneSpec other =
                Specs.with(
                        spec.withScheme(scheme)
                                .withExecution(
                                        spec.codec(),
                                        new Execution(headOnDevice, microBatches, recompute, 1)),
                        Map.of("cuts", scheme.averagesGradients() ? List.of(0) : List.of(1, 0, 2)));
        Network.Outcome network = run(other);
        Network.Outcome local = local(other);
        same(network, local);
        FinetuneResult a = Objects.requireNonNull(network.result());
        FinetuneResult b = Objects.requireNonNull(local.result());
        assertThat(a.uplinkBytes()).isEqualTo(b.uplinkBytes());
        assertThat(a.downlinkBytes()).isEqualTo(b.downlinkBytes());
        assertThat(a.simulatedSeconds()).isEqualTo(b.simulatedSeconds());
    }

    @Test
    void theSameWithTheWholeModelOnEachDevice() {
        FinetuneSpec federated = Specs.of(Specs.data(temp), Scheme.FEDERATED, 3);
        same(run(federated), local(federated));
    }

    @Test
    void theSameWithUpdatesThatLoseSomething() {
        FinetuneSpec lossy = Specs.withUpdateCodec(spec, new TensorCodec.TopK(0.25));
        Network.Outcome network = run(lossy);
        same(network, local(lossy));
        assertThat(Objects.requireNonNull(network.result()).uplinkBytes())
                .isLessThan(Objects.requireNonNull(local(spec).result()).uplinkBytes());
    }

    @Test
    void aServerThatDiesGoesOnAfterTheLastFinishedRound() {
        Network.Outcome local = local(spec);
        try (Network network = new Network(temp, spec)) {
            Network.Watch dies =
                    network.new Watch() {
                        private volatile int steps;

                        @Override
                        public void stepped(int doneSteps, double loss) {
                            steps = doneSteps;
                        }

                        @Override
                        public boolean stopRequested() {
                            return steps > 17; // in the middle of the second round
                        }
                    };
            Future<Network.Outcome> first = network.server(Network.config(0), dies);
            List<Future<@Nullable Double>> devices = network.devices();
            assertThat(Network.get(first).result()).isNull();
            Future<Network.Outcome> second =
                    network.server(Network.config(network.port), network.new Watch());
            same(Network.get(second), local);
            devices.forEach(device -> assertThat(Network.get(device)).isNotNull());
        }
    }

    @Test
    void aDeviceThatIsRestartedGoesOnFromItsState() throws Exception {
        Network.Outcome local = local(spec);
        try (Network network = new Network(temp, spec)) {
            Future<Network.Outcome> server = network.server(Network.config(0), network.new Watch());
            Network.Quiet leaves =
                    new Network.Quiet() {
                        @Override
                        public void stepped(int round, int step, double loss) {
                            stop = step == 4;
                        }
                    };
            Future<@Nullable Double> first = network.device(0, leaves);
            List<Future<@Nullable Double>> others =
                    List.of(
                            network.device(1, new Network.Quiet()),
                            network.device(2, new Network.Quiet()));
            assertThat(first.get(60, TimeUnit.SECONDS)).isNull();
            Future<@Nullable Double> again = network.device(0, new Network.Quiet());
            same(Network.get(server), local);
            assertThat(Network.get(again)).isNotNull();
            others.forEach(device -> assertThat(Network.get(device)).isNotNull());
        }
    }

    @Test
    void aStragglerIsLeftOutAndTakenBack() {
        try (Network network = new Network(temp, spec)) {
            NetworkConfig deadline =
                    new NetworkConfig(Network.config(0).listen(), null, 1, 1, 1.5, 60, 5, 20);
            Future<Network.Outcome> server = network.server(deadline, network.new Watch());
            Network.Quiet slow =
                    new Network.Quiet() {
                        @Override
                        public void stepped(int round, int step, double loss) {
                            if (round == 2) {
                                sleep(1000);
                            }
                        }
                    };
            List<Future<@Nullable Double>> devices =
                    List.of(
                            network.device(0, slow),
                            network.device(1, new Network.Quiet()),
                            network.device(2, new Network.Quiet()));
            Network.Outcome outcome = Network.get(server);
            assertThat(network.log)
                    .contains("left out " + network.name(0) + " 2 past the round's deadline")
                    .contains("round 3 with 3");
            assertThat(Objects.requireNonNull(outcome.result()).rounds()).isEqualTo(3);
            devices.forEach(device -> assertThat(Network.get(device)).isNotNull());
        }
    }

    @Test
    void aDeviceThatDiesForGoodCostsTheOthersNothing() {
        try (Network network = new Network(temp, spec)) {
            Future<Network.Outcome> server =
                    network.server(
                            new NetworkConfig(Network.config(0).listen(), null, 1, 1, 0, 60, 1, 20),
                            network.new Watch());
            Network.Quiet dies =
                    new Network.Quiet() {
                        @Override
                        public void stepped(int round, int step, double loss) {
                            stop = step == 4;
                        }
                    };
            Future<@Nullable Double> dead = network.device(0, dies);
            List<Future<@Nullable Double>> others =
                    List.of(
                            network.device(1, new Network.Quiet()),
                            network.device(2, new Network.Quiet()));
            Network.Outcome outcome = Network.get(server);
            assertThat(dead.isDone()).isTrue();
            assertThat(network.log)
                    .contains("left out " + network.name(0) + " 2 gone")
                    .contains("round 3 with 2");
            assertThat(Objects.requireNonNull(outcome.result()).rounds()).isEqualTo(3);
            others.forEach(device -> assertThat(Network.get(device)).isNotNull());
        }
    }

    @Test
    void withoutDevicesItWaitsAndEndsWithItsStateSaved() {
        try (Network network = new Network(temp, spec)) {
            Future<Network.Outcome> server =
                    network.server(
                            new NetworkConfig(Network.config(0).listen(), null, 1, 1, 0, 60, 1, 2),
                            network.new Watch());
            List<Future<@Nullable Double>> devices = new ArrayList<>();
            for (int u = 0; u < 3; u++) {
                Network.Quiet leaves =
                        new Network.Quiet() {
                            @Override
                            public void round(int round, int steps) {
                                stop = round == 2;
                            }
                        };
                devices.add(network.device(u, leaves));
            }
            devices.forEach(device -> assertThat(Network.get(device)).isNull());
            assertThatThrownBy(() -> Network.get(server))
                    .hasCauseInstanceOf(NoDevicesException.class);
            assertThat(Checkpoint.exists(temp.resolve("run"))).isTrue();
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
