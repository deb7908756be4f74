package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a device does in a round that does not count leaves no trace on the server.
class RollBackTest {
    @TempDir Path temp;

    @ParameterizedTest
    @EnumSource(
            value = Scheme.class,
            names = {"SHARED", "PARALLEL", "SEQUENTIAL"})
    void asIfItHadNeverBeen(Scheme scheme) {
        FinetuneSpec spec =
                Specs.of(Specs.data(temp), scheme, 2)
                        .withExecution(
                                Specs.of(temp, scheme, 2).codec(),
                                new Execution(false, 2, false, 1));
        try (TaskModel model = TaskModel.load(spec, List.of("food", "weather"));
                Server undisturbed = server(spec, model);
                Server disturbed = server(spec, model)) {
            for (int round = 0; round < 2; round++) {
                for (int device = 0; device < 2; device++) {
                    disturbed.keep(device);
                    disturbed.begin(device, round, 0, 1, List.of());
                    disturbed.step(device, activation(round, 0, 7)); // half a step of nonsense
                    disturbed.rollBack(device);
                    turn(undisturbed, spec, model, device, round);
                    turn(disturbed, spec, model, device, round);
                }
            }
            SequencedMap<String, FloatTensor> expected = undisturbed.global();
            disturbed
                    .global()
                    .forEach((name, tensor) ->
                            assertThat(tensor.values())
                                    .as(name)
                                    .isEqualTo(expected.getOrDefault(name, tensor).values()));
            assertThat(expected).isNotEqualTo(model.initial());
        }
    }

    private static Server server(FinetuneSpec spec, TaskModel model) {
        Server server = new Server(model.manager(), model.initial(), spec.scheme(), false);
        for (int device = 0; device < 2; device++) {
            server.admit(device, model.parts(device).middle(), TrainingRule.of(spec, 4));
        }
        return server;
    }

    /// A device's whole turn: a step of two micro-batches, and the aggregation of it alone.
    private static void turn(
            Server server, FinetuneSpec spec, TaskModel model, int device, int round) {
        server.keep(device);
        server.begin(device, round, 0, 1, List.of());
        server.step(device, activation(round, 0, device));
        server.step(device, activation(round, 1, device));
        SequencedMap<String, EncodedTensor> lower = new LinkedHashMap<>();
        Map<String, FloatTensor> global = server.global();
        for (String name : model.deviceNames(device)) {
            lower.put(
                    name,
                    EncodedTensor.of(
                            spec.updateCodec(), global.getOrDefault(name, FloatTensor.zeros(1))));
        }
        SortedMap<Integer, Message.AdapterUpdate> update = new TreeMap<>();
        update.put(device, new Message.AdapterUpdate(round, 2, 1, lower));
        server.aggregate(update);
    }

    private static Message.Activation activation(int round, int part, int seed) {
        FloatTensor hidden = FloatTensor.zeros(1, 3, 32);
        for (int i = 0; i < hidden.size(); i++) {
            hidden.values()[i] = (float) Math.sin(i + 10.0 * seed + part);
        }
        return new Message.Activation(
                new MicroBatch(round, 0, part, 2, 2),
                EncodedTensor.of(new dev.lamina.nn.TensorCodec.Fp32(), hidden),
                List.of(3),
                List.of(seed % 2));
    }
}
