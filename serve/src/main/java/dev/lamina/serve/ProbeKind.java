package dev.lamina.serve;

import dev.lamina.nn.FloatTensor;
import java.util.List;
import java.util.Map;

/// Takes numbers and says how many there were: what it takes to ask is the link's time.
public final class ProbeKind implements ServiceKind {
    @Override
    public String name() {
        return "probe";
    }

    @Override
    public String description() {
        return "says how many numbers it was sent, to measure a link; no settings";
    }

    @Override
    public Signature signature(Settings settings) {
        settings.only();
        return new Signature(
                List.of(new Port("values", ValueType.floats(-1))),
                List.of(new Port("count", ValueType.floats())));
    }

    @Override
    public long memoryBytes(Settings settings) {
        return 1 << 10;
    }

    @Override
    public Service load(Settings settings) {
        return new Service() {
            @Override
            public List<Outcome> run(List<Map<String, Value>> items) {
                return items.stream()
                        .map(item -> Outcome.done("count", count(item.get("values"))))
                        .toList();
            }

            @Override
            public void close() {}
        };
    }

    private static Value count(@org.jspecify.annotations.Nullable Value values) {
        float n = values instanceof Value.Floats f ? f.tensor().size() : 0;
        return new Value.Floats(new FloatTensor(new long[0], new float[] {n}));
    }
}
