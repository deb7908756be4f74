package dev.lamina.serve;

import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.ServeException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Small services for tests.
final class FakeKinds {
    /// Sizes of the batches that services of kind `upper` were given.
    final List<Integer> batches = new ArrayList<>();

    final AtomicInteger live = new AtomicInteger();

    /// Services of kind `slow` wait for it.
    final CountDownLatch released = new CountDownLatch(1);

    final AtomicInteger started = new AtomicInteger();

    ServiceKinds kinds() {
        return new ServiceKinds(
                List.of(
                        kind("upper", List.of(text("text")), List.of(text("text")), this::upper),
                        kind("length", List.of(text("text")), List.of(LENGTH), FakeKinds::length),
                        kind(
                                "counted",
                                List.of(text("text")),
                                List.of(text("text"), LENGTH),
                                FakeKinds::counted),
                        kind(
                                "join",
                                List.of(text("left"), text("right")),
                                List.of(text("text")),
                                FakeKinds::join),
                        kind("slow", List.of(text("text")), List.of(text("text")), this::slow),
                        kind(
                                "fussy",
                                List.of(text("text")),
                                List.of(text("text")),
                                FakeKinds::fussy),
                        kind(
                                "memory",
                                List.of(new Port("text", ValueType.TEXT, true)),
                                List.of(text("text")),
                                null)));
    }

    static final Port LENGTH = new Port("length", ValueType.floats());

    static Port text(String name) {
        return new Port(name, ValueType.TEXT);
    }

    static Settings settings(Object... pairs) {
        SequencedMap<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put((String) pairs[i], pairs[i + 1]);
        }
        return new Settings(values);
    }

    static ServiceSpec spec(String name, String kind, Object... settings) {
        return new ServiceSpec(name, "1", kind, settings(settings));
    }

    interface Body {
        List<Outcome> run(Settings settings, List<Map<String, Value>> items);
    }

    private ServiceKind kind(
            String name,
            List<Port> inputs,
            List<Port> outputs,
            @org.jspecify.annotations.Nullable Body body) {
        return new ServiceKind() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String description() {
                return "a fake";
            }

            @Override
            public Signature signature(Settings settings) {
                settings.only("megabytes", "prefix").text("prefix");
                return new Signature(inputs, outputs);
            }

            @Override
            public long memoryBytes(Settings settings) {
                return (long) settings.integer("megabytes", 1, 1, 1_000_000) << 20;
            }

            @Override
            public int largestBatch(Settings settings) {
                return 8;
            }

            @Override
            public Service load(Settings settings) {
                try {
                    Thread.sleep(2);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                live.incrementAndGet();
                return body == null
                        ? new Remembering(live)
                        : new Service() {
                            @Override
                            public List<Outcome> run(List<Map<String, Value>> items) {
                                return body.run(settings, items);
                            }

                            @Override
                            public void close() {
                                live.decrementAndGet();
                            }
                        };
            }
        };
    }

    /// Answers all that it was ever given.
    private static final class Remembering implements Service {
        private final AtomicInteger live;
        private String known = "";

        Remembering(AtomicInteger live) {
            this.live = live;
        }

        @Override
        public List<Outcome> run(List<Map<String, Value>> items) {
            List<Outcome> outcomes = new ArrayList<>();
            for (Map<String, Value> item : items) {
                if (item.containsKey("text")) {
                    known += string(item, "text");
                }
                outcomes.add(Outcome.done("text", new Value.Text(known)));
            }
            return outcomes;
        }

        @Override
        public byte[] state() {
            return known.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void restore(byte[] state) {
            known = new String(state, StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            live.decrementAndGet();
        }
    }

    static String string(Map<String, Value> item, String name) {
        return item.get(name) instanceof Value.Text t ? t.joined() : "";
    }

    private List<Outcome> upper(Settings settings, List<Map<String, Value>> items) {
        synchronized (batches) {
            batches.add(items.size());
        }
        String prefix = settings.text("prefix", "");
        return items.stream()
                .map(item ->
                        Outcome.done(
                                "text",
                                new Value.Text(
                                        prefix
                                                + string(item, "text")
                                                        .toUpperCase(java.util.Locale.ROOT))))
                .toList();
    }

    private static List<Outcome> length(Settings settings, List<Map<String, Value>> items) {
        return items.stream()
                .map(item ->
                        Outcome.done(
                                "length",
                                new Value.Floats(
                                        new FloatTensor(
                                                new long[0],
                                                new float[] {string(item, "text").length()}))))
                .toList();
    }

    private static List<Outcome> counted(Settings settings, List<Map<String, Value>> items) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Map<String, Value> item : items) {
            Map<String, Value> outputs = new java.util.HashMap<>(item);
            outputs.putAll(length(settings, List.of(item)).getFirst().outputs());
            outcomes.add(new Outcome.Done(outputs));
        }
        return outcomes;
    }

    private static List<Outcome> join(Settings settings, List<Map<String, Value>> items) {
        return items.stream()
                .map(item ->
                        Outcome.done(
                                "text",
                                new Value.Text(string(item, "left") + "+" + string(item, "right"))))
                .toList();
    }

    private List<Outcome> slow(Settings settings, List<Map<String, Value>> items) {
        started.addAndGet(items.size());
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return upper(settings, items);
    }

    /// Fails as a whole if one of its items says "bad", and breaks at "broken".
    private static List<Outcome> fussy(Settings settings, List<Map<String, Value>> items) {
        for (Map<String, Value> item : items) {
            ServeException.check(
                    !string(item, "text").equals("bad"), "text is bad", "say something else");
            if (string(item, "text").equals("broken")) {
                throw new IllegalStateException("a fault");
            }
            if (string(item, "text").equals("gone")) {
                throw new ServeException(Reason.UNAVAILABLE, "gone");
            }
        }
        return items.stream()
                .map(item -> Outcome.done("text", new Value.Text(string(item, "text"))))
                .toList();
    }
}
