package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.lam.Dropout;
import dev.lamina.lam.Lora;
import dev.lamina.lam.TokenBatch;
import dev.lamina.nn.Aggregation;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Split federated fine-tuning with averaged gradients is training in one place with the joined
/// batch.
class UshapeTest {
    @TempDir Path temp;

    private FinetuneSpec spec = Specs.of(Path.of("unset"), Scheme.USHAPE, 1);

    @BeforeEach
    void data() {
        spec = exact(Specs.of(Specs.data(temp), Scheme.USHAPE, 3));
    }

    /// Without dropout, whose masks a joined batch would draw otherwise; judged once, at the end.
    private static FinetuneSpec exact(FinetuneSpec s) {
        Lora lora = new Lora(s.lora().rank(), s.lora().alpha(), 0, s.lora().targets());
        return Specs.with(s, Map.of("lora", lora, "rounds", 1));
    }

    /// The devices' samples, as the run shares them out.
    private static List<List<TokenizedSample>> shards(TaskModel model, int... sizes) {
        List<List<TokenizedSample>> shards = new ArrayList<>();
        int at = 0;
        for (int size : sizes) {
            List<TokenizedSample> shard = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                int[] tokens = new int[3 + (at * 7 + i) % 11];
                for (int t = 0; t < tokens.length; t++) {
                    tokens[t] = 1000 + (31 * at + 17 * t) % 400;
                }
                shard.add(new TokenizedSample(tokens, at++ % model.labels().size()));
            }
            shards.add(shard);
        }
        return shards;
    }

    @ParameterizedTest
    @CsvSource({"1,1,false", "2,1,false", "4,1,false", "1,1,true", "1,3,false"})
    void allDevicesEqualOnePlaceWithTheJoinedBatch(
            int together, int microBatches, boolean recompute) {
        FinetuneSpec these =
                spec.withExecution(
                        spec.codec(), new Execution(true, microBatches, recompute, together));
        try (TaskModel model = TaskModel.load(these, List.of("food", "weather"))) {
            List<List<TokenizedSample>> shards = shards(model, 40, 20, 90);
            Map<String, FloatTensor> whole = central(these, model, shards);
            try (Trainer trainer = new Trainer(these, model, shards, shards.getFirst(), "unset")) {
                assertThat(trainer.run(null, new RunListener() {})).isTrue();
                SequencedMap<String, FloatTensor> split = trainer.rounds().bestAdapter();
                assertThat(split.keySet()).isEqualTo(whole.keySet());
                split.forEach((name, tensor) -> {
                    float[] expected = Objects.requireNonNull(whole.get(name)).values();
                    for (int i = 0; i < expected.length; i++) {
                        assertThat((double) tensor.values()[i])
                                .as(name)
                                .isCloseTo(expected[i], within(2e-3));
                    }
                });
            }
        }
    }

    /// Training in one place: every batch is those of all devices together.
    private static Map<String, FloatTensor> central(
            FinetuneSpec spec, TaskModel model, List<List<TokenizedSample>> shards) {
        StepPlan plan = StepPlan.of(spec, shards.stream().map(List::size).toList());
        TrainingRule rule = TrainingRule.of(spec, plan.rounds());
        List<Batches> batches = new ArrayList<>();
        for (int u = 0; u < shards.size(); u++) {
            batches.add(new Batches(shards.get(u), plan.batch(u), spec.seed(), u));
        }
        try (AdapterSet adapter =
                new AdapterSet(
                        model.manager(),
                        List.copyOf(model.initial().keySet()),
                        model.initial(),
                        rule)) {
            for (int round = 0; round < plan.rounds(); round++) {
                List<TokenizedSample> joined = new ArrayList<>();
                for (Batches each : batches) {
                    joined.addAll(each.at(round));
                }
                lossOf(model, adapter, rule, joined);
                adapter.step(rule.schedule().at(round));
            }
            return adapter.parameters().snapshot();
        }
    }

    private static void lossOf(
            TaskModel model, AdapterSet adapter, TrainingRule rule, List<TokenizedSample> joined) {
        TokenBatch tokens = Batches.tokens(joined);
        try (NDManager scope = model.manager().newSubManager()) {
            NDArray loss =
                    Autograd.recording(() ->
                            Loss.crossEntropy(
                                    rule.lora()
                                            .attach(
                                                    model.whole(),
                                                    adapter.parameters(),
                                                    Dropout.OFF)
                                            .forward(
                                                    tokens.ids(scope),
                                                    TokenBatch.mask(scope, tokens.lengths())),
                                    Batches.labels(joined)));
            Autograd.backward(loss);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theAveragedGradientIsThatOfTheAveragedLoss(int together) {
        try (TaskModel model = TaskModel.load(spec, List.of("food", "weather"))) {
            List<List<TokenizedSample>> batches = shards(model, 4, 9, 2);
            TrainingRule rule = TrainingRule.of(spec, 10);
            Map<String, FloatTensor> start = new LinkedHashMap<>(model.initial());
            start.replaceAll((name, tensor) -> spread(name, tensor));
            try (AdapterSet whole =
                            new AdapterSet(
                                    model.manager(), List.copyOf(start.keySet()), start, rule);
                    GradientServer server =
                            new GradientServer(
                                    model.manager(), model.parts(0).middle(), rule, start)) {
                lossOf(model, whole, rule, batches.stream().flatMap(List::stream).toList());
                SequencedMap<String, FloatTensor> expected = whole.parameters().takeGradients();
                Exchange exchange = new Exchange(model, rule, start, batches);
                exchange.run(server, together);
                exchange.gradients.forEach((name, tensor) -> {
                    float[] of = Objects.requireNonNull(expected.get(name)).values();
                    for (int i = 0; i < of.length; i++) {
                        assertThat((double) tensor.values()[i])
                                .as(name)
                                .isCloseTo(of[i], within(1e-5));
                    }
                });
                assertThat(exchange.gradients.keySet()).isEqualTo(expected.keySet());
            }
        }
    }

    /// B away from zero, so that A has a gradient as well.
    private static FloatTensor spread(String name, FloatTensor tensor) {
        FloatTensor other = tensor.copy();
        for (int i = 0; i < other.size(); i++) {
            other.values()[i] += (float) (0.05 * Math.sin(i + name.length()));
        }
        return other;
    }

    /// One round by hand, with devices that only know their part.
    private static final class Exchange {
        final SequencedMap<String, FloatTensor> gradients = new LinkedHashMap<>();
        private final List<Device> devices = new ArrayList<>();
        private final List<LocalLink> links = new ArrayList<>();

        Exchange(
                TaskModel model,
                TrainingRule rule,
                Map<String, FloatTensor> start,
                List<List<TokenizedSample>> batches) {
            for (int u = 0; u < batches.size(); u++) {
                var parts = model.parts(u);
                devices.add(
                        new Device(
                                u,
                                model.manager(),
                                parts.lower(),
                                parts.upper(),
                                start,
                                new Batches(batches.get(u), batches.get(u).size(), 1, u),
                                rule));
                links.add(new LocalLink());
            }
        }

        void run(GradientServer server, int together) {
            long samples = 0;
            List<JointPass> passes = new ArrayList<>();
            SequencedMap<Integer, Message.Activation> sent = new LinkedHashMap<>();
            for (int u = 0; u < devices.size(); u++) {
                devices.get(u).forward(links.get(u));
                Message.Activation activation = (Message.Activation) links.get(u).receive();
                assertThat(activation.labels()).as("labels on their way").isNull();
                samples += activation.at().texts();
                sent.put(u, activation);
                if (sent.size() == together || u == devices.size() - 1) {
                    passes.add(server.forward(sent));
                    sent = new LinkedHashMap<>();
                }
            }
            Map<Integer, Message.RepresentationGradient> answers = new TreeMap<>();
            for (JointPass pass : passes) {
                pass.representations()
                        .forEach((u, message) -> {
                            assertThat(message.hidden().shape()).hasSize(2);
                            links.get(u).send(message);
                            devices.get(u).answerAll(links.get(u));
                            answers.put(u, (Message.RepresentationGradient) links.get(u).receive());
                        });
            }
            for (JointPass pass : passes) {
                pass.backward(answers, samples)
                        .forEach((name, g) -> gradients.merge(name, g, Aggregation::sum));
                pass.close();
            }
            for (int u = 0; u < devices.size(); u++) {
                Message.RepresentationGradient answer = Objects.requireNonNull(answers.get(u));
                links.get(u).send(new Message.Gradient(answer.at(), answer.loss(), null));
                devices.get(u).answerAll(links.get(u));
                double weight = (double) answer.at().texts() / samples;
                devices.get(u)
                        .update()
                        .tensors()
                        .forEach((name, tensor) ->
                                gradients.merge(
                                        name, scaled(tensor.decode(), weight), Aggregation::sum));
                devices.get(u).close();
            }
        }

        private static FloatTensor scaled(FloatTensor tensor, double weight) {
            FloatTensor other = tensor.copy();
            for (int i = 0; i < other.size(); i++) {
                other.values()[i] *= (float) weight;
            }
            return other;
        }
    }

    @Test
    void itLearnsAndSendsLittleDown() {
        Run run =
                Run.of(Specs.with(spec, Map.of("epochs", 8.0, "learningRate", 1e-2, "rounds", 4)));
        assertThat(run.result.accuracy()).isGreaterThan(0.75);
        assertThat(run.result.valLoss()).hasSize(4);
        assertThat(run.result.downlinkBytes()).isLessThan(run.result.uplinkBytes() / 2);
    }

    @Test
    void aPersonalHeadStaysWhereItIs() {
        FinetuneSpec personal =
                Specs.with(
                        spec,
                        Map.of(
                                "personalHead",
                                true,
                                "partition",
                                "dirichlet:0.3",
                                "rounds",
                                4,
                                "epochs",
                                8.0,
                                "learningRate",
                                1e-2));
        FinetuneSpec common = Specs.with(personal, Map.of("personalHead", false));
        Run own = Run.of(personal);
        Run shared = Run.of(common);
        assertThat(own.result.uplinkBytes()).isLessThan(shared.result.uplinkBytes());
        assertThat(own.adapter.keySet()).isEqualTo(shared.adapter.keySet());
        assertThat(own.result.trainLoss().getLast())
                .isLessThan(0.8 * own.result.trainLoss().getFirst());
    }

    @Test
    void aLossyCodecForTheHeadsGradientsMakesUpForIt() {
        Run lossy = Run.of(Specs.withUpdateCodec(spec, new TensorCodec.TopK(0.25)));
        Run plain = Run.of(spec);
        assertThat(lossy.result.uplinkBytes()).isLessThan(plain.result.uplinkBytes());
        assertThat(lossy.losses.getLast()).isCloseTo(plain.losses.getLast(), within(0.1));
    }

    @Test
    void refusesBlocksOrLabelsWhereTheyAreNot() {
        assertThatThrownBy(() -> Specs.with(spec, Map.of("cuts", List.of(2))))
                .hasRootCauseInstanceOf(BadInputException.class)
                .rootCause()
                .hasMessageContaining("cut 2");
        assertThatThrownBy(() -> spec.withExecution(spec.codec(), Execution.PLAIN))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("labels");
    }
}
