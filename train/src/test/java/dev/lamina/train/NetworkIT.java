package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.edge.ServerOrder;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void theSameWithTheWholeModelOnEachDevice() {
        FinetuneSpec federated = Specs.of(Specs.data(temp), Scheme.FEDERATED, 3);
        same(run(federated), local(federated));
    }
}
