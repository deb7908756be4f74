package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import dev.lamina.lam.Bert;
import dev.lamina.nn.FloatTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Consecutive blocks of an encoder, shared by tasks: each request names the adapter that it wants,
/// and the weights are there once. Replicas of the same blocks in one process share them too.
///
/// In int8 a text's activations are quantised by their own range, so texts run one at a time: put
/// together, each answer would depend on the others.
public final class BackboneKind implements ServiceKind {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,4})-(\\d{1,4})");
    private static final int LARGEST_BATCH = 32;

    private final Shared<BlockSession.Key, BlockSession> shared = new Shared<>();

    /// @param from the first block
    /// @param to after the last
    private record Plan(TextModel model, Bert.Config config, int from, int to, int batch) {
        static Plan of(Settings settings) {
            settings.only("model", "blocks", "precision", "adapters", "batch");
            TextModel model = TextModel.of(settings);
            Bert.Config config = model.config();
            String blocks = settings.text("blocks", "0-" + config.layers());
            Matcher range = RANGE.matcher(blocks);
            int from = range.matches() ? Integer.parseInt(range.group(1)) : -1;
            int to = range.matches() ? Integer.parseInt(range.group(2)) : -1;
            BadInputException.check(
                    from >= 0 && from < to && to <= config.layers(),
                    "blocks: '" + blocks + "' is not a range of the model's blocks",
                    "take 0-" + config.layers() + " for all, or 0-2 for the first two");
            BadInputException.check(
                    model.precision() == TextModel.Precision.FP32
                            || settings.named("adapters").isEmpty(),
                    "adapters at precision int8",
                    "take fp32: adapters stand beside fp32 weights");
            int batch = settings.integer("batch", LARGEST_BATCH, 1, 256);
            return new Plan(model, config, from, to, batch);
        }
    }

    private static final class Blocks implements Service {
        private final Plan plan;
        private final Shared.Lease<BlockSession> session;
        private final BlockAdapters adapters;
        private final BlockSession.Memory memory = new BlockSession.Memory();

        Blocks(Plan plan, Shared.Lease<BlockSession> session, BlockAdapters adapters) {
            this.plan = plan;
            this.session = session;
            this.adapters = adapters;
        }

        @Override
        public List<Outcome> run(List<Map<String, Value>> items) {
            @Nullable Outcome[] outcomes = new Outcome[items.size()];
            int[] lengths = new int[items.size()];
            Map<String, List<Integer>> byAdapter = new LinkedHashMap<>();
            for (int i = 0; i < items.size(); i++) {
                try {
                    lengths[i] = tokens(items.get(i));
                    String adapter = Inputs.line(items.get(i), "adapter");
                    adapters.get(adapter);
                    byAdapter.computeIfAbsent(adapter, _ -> new ArrayList<>()).add(i);
                } catch (ServeException e) {
                    outcomes[i] = new Outcome.Failed(e);
                }
            }
            int most = plan.model().precision() == TextModel.Precision.INT8 ? 1 : plan.batch();
            byAdapter.forEach((adapter, group) -> {
                for (List<Integer> run :
                        BlockRuns.of(group, lengths, most, plan.config().hidden())) {
                    run(adapter, run, items, outcomes);
                }
            });
            return Arrays.stream(outcomes).map(o -> java.util.Objects.requireNonNull(o)).toList();
        }

        private int tokens(Map<String, Value> item) {
            int tokens = (int) Inputs.floats(item, "hidden").shape()[0];
            int most = plan.config().positions();
            ServeException.check(
                    tokens >= 1 && tokens <= most,
                    "hidden has " + tokens + " tokens",
                    "send from 1 to " + most + " of them");
            return tokens;
        }

        private void run(
                String adapter,
                List<Integer> run,
                List<Map<String, Value>> items,
                @Nullable Outcome[] outcomes) {
            try {
                List<FloatTensor> states =
                        run.stream().map(i -> Inputs.floats(items.get(i), "hidden")).toList();
                List<FloatTensor> results =
                        session.value().run(states, adapters.get(adapter), memory);
                for (int i = 0; i < run.size(); i++) {
                    outcomes[run.get(i)] = Outcome.done("hidden", new Value.Floats(results.get(i)));
                }
            } catch (ServeException e) {
                run.forEach(i -> outcomes[i] = new Outcome.Failed(e));
            }
        }

        @Override
        public void close() {
            adapters.close();
            session.close();
        }
    }

    @Override
    public String name() {
        return "backbone";
    }

    @Override
    public String description() {
        return "blocks of an encoder, with adapters that requests choose; settings model (minilm,"
                + " bge-small, a directory), blocks (0-6), precision (fp32, int8), adapters (name:"
                + " directory), batch";
    }

    @Override
    public Signature signature(Settings settings) {
        Plan plan = Plan.of(settings);
        ValueType hidden = ValueType.floats(-1, plan.config().hidden());
        List<Port> inputs = new ArrayList<>();
        inputs.add(new Port("hidden", hidden));
        if (!settings.named("adapters").isEmpty()) {
            inputs.add(new Port("adapter", ValueType.TEXT, true));
        }
        return new Signature(inputs, List.of(new Port("hidden", hidden)));
    }

    /// The weights, and what ONNX Runtime keeps to compute with: for MiniLM in fp32 15 MB after
    /// batches of short texts, 90 MB after the longest; int8 runs one text at a time.
    @Override
    public long memoryBytes(Settings settings) {
        Plan plan = Plan.of(settings);
        boolean small = plan.model().precision() == TextModel.Precision.INT8;
        long weights = (plan.to() - plan.from()) * plan.config().blockParameters();
        return weights * (small ? 1 : 4) + ((small ? 10L : 40L) << 20);
    }

    @Override
    public int largestBatch(Settings settings) {
        Plan plan = Plan.of(settings);
        return plan.batch();
    }

    @Override
    public Service load(Settings settings) {
        Plan plan = Plan.of(settings);
        BlockAdapters adapters = BlockAdapters.read(settings, plan.model());
        BlockSession.Key key =
                new BlockSession.Key(
                        plan.model(),
                        plan.from(),
                        plan.to(),
                        java.util.Set.copyOf(adapters.targets()));
        Shared.Lease<BlockSession> session = shared.take(key, () -> BlockSession.load(key));
        try {
            return new Blocks(
                    plan, session, adapters.prepare(plan.config(), plan.from(), plan.to()));
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }
}
