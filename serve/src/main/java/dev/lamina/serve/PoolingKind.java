package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import dev.lamina.lam.Head;
import dev.lamina.nn.FloatTensor;
import java.util.List;
import java.util.Map;

/// The vector of a text from the last hidden state of an encoder.
public final class PoolingKind implements ServiceKind {

    /// @param hidden length of vectors, or -1 if any
    private record Plan(Head.Pooling pooling, boolean normalise, int hidden) {
        static Plan of(Settings settings) {
            settings.only("model", "pooling", "normalise");
            String given = settings.text("pooling");
            boolean modelGiven = given == null || settings.text("model") != null;
            Head.Pooling pooling =
                    given == null
                            ? TextModel.of(settings).pooling()
                            : switch (given) {
                                case "mean" -> Head.Pooling.MEAN;
                                case "cls" -> Head.Pooling.CLS;
                                default ->
                                        throw new BadInputException(
                                                "pooling '" + given + "'", "take mean or cls");
                            };
            return new Plan(
                    pooling,
                    settings.flag("normalise", true),
                    modelGiven ? TextModel.of(settings).config().hidden() : -1);
        }
    }

    private record Pool(Plan plan) implements Service {
        @Override
        public List<Outcome> run(List<Map<String, Value>> items) {
            return items.stream().map(item -> Outcome.of(() -> pool(item))).toList();
        }

        private Map<String, Value> pool(Map<String, Value> item) {
            FloatTensor hidden = Inputs.floats(item, "hidden");
            ServeException.check(
                    hidden.size() > 0, "hidden " + hidden + " has no tokens", "it is cut short");
            float[] vector = VectorPooling.pool(hidden, plan.pooling());
            if (plan.normalise()) {
                VectorPooling.normalise(vector);
            }
            return Map.of(
                    "vector",
                    new Value.Floats(new FloatTensor(new long[] {vector.length}, vector)));
        }

        @Override
        public void close() {}
    }

    @Override
    public String name() {
        return "pooling";
    }

    @Override
    public String description() {
        return "the vector of a text from the last hidden state; settings model or pooling (mean,"
                + " cls), normalise (true, false)";
    }

    @Override
    public Signature signature(Settings settings) {
        int hidden = Plan.of(settings).hidden();
        return new Signature(
                List.of(new Port("hidden", ValueType.floats(-1, hidden))),
                List.of(new Port("vector", ValueType.floats(hidden))));
    }

    @Override
    public long memoryBytes(Settings settings) {
        return 0;
    }

    @Override
    public int largestBatch(Settings settings) {
        return 32;
    }

    @Override
    public boolean quick() {
        return true;
    }

    @Override
    public Service load(Settings settings) {
        return new Pool(Plan.of(settings));
    }
}
