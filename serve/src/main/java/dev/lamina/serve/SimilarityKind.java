package dev.lamina.serve;

import dev.lamina.nn.FloatTensor;
import java.util.List;
import java.util.Map;

/// How alike two vectors are: the cosine of the angle between them.
public final class SimilarityKind implements ServiceKind {

    private static final class Compare implements Service {
        @Override
        public List<Outcome> run(List<Map<String, Value>> items) {
            return items.stream().map(item -> Outcome.of(() -> compare(item))).toList();
        }

        private static Map<String, Value> compare(Map<String, Value> item) {
            FloatTensor a = Inputs.floats(item, "left");
            FloatTensor b = Inputs.floats(item, "right");
            ServeException.check(
                    a.size() == b.size(),
                    "left is " + a + ", right is " + b,
                    "they come from different models");
            float cosine = (float) VectorPooling.cosine(a.values(), b.values());
            return Map.of(
                    "score", new Value.Floats(new FloatTensor(new long[0], new float[] {cosine})));
        }

        @Override
        public void close() {}
    }

    @Override
    public String name() {
        return "similarity";
    }

    @Override
    public String description() {
        return "the cosine of two vectors; no settings";
    }

    @Override
    public Signature signature(Settings settings) {
        settings.only();
        return new Signature(
                List.of(
                        new Port("left", ValueType.floats(-1)),
                        new Port("right", ValueType.floats(-1))),
                List.of(new Port("score", ValueType.floats())));
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
        return new Compare();
    }
}
