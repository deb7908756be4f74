package dev.lamina.gateway;

import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.LocalNode;
import dev.lamina.serve.NodeListener;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.Port;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.Service;
import dev.lamina.serve.ServiceKind;
import dev.lamina.serve.ServiceKinds;
import dev.lamina.serve.ServiceSpec;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Signature;
import dev.lamina.serve.Value;
import dev.lamina.serve.ValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Small services for tests, and nodes that have them.
final class NodeKinds {
    private static final Port TEXT = new Port("text", ValueType.TEXT);
    private static final Port HIDDEN = new Port("hidden", ValueType.floats(-1, 4));

    /// Services of kind `slow` wait for it.
    final CountDownLatch released = new CountDownLatch(1);

    final AtomicInteger started = new AtomicInteger();

    ServiceKinds kinds() {
        return new ServiceKinds(
                List.of(
                        kind("mirror", List.of(), List.of(), item -> item),
                        kind("embed", List.of(TEXT), List.of(HIDDEN), NodeKinds::embed),
                        kind("square", List.of(HIDDEN), List.of(HIDDEN), NodeKinds::square),
                        kind("slow", List.of(TEXT), List.of(TEXT), this::slow),
                        kind("fussy", List.of(TEXT), List.of(TEXT), NodeKinds::fussy),
                        kind("memory", List.of(TEXT), List.of(TEXT), null),
                        kind("file", List.of(TEXT), List.of(TEXT), item -> item)));
    }

    LocalNode node(String name) {
        return new LocalNode(
                new LocalNode.Config(name, 1L << 30, 1000, Duration.ofMillis(1)),
                kinds(),
                NodeListener.NONE);
    }

    static ServiceSpec spec(String name, String kind, Object... settings) {
        SequencedMap<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            values.put((String) settings[i], settings[i + 1]);
        }
        return new ServiceSpec(name, "1", kind, new Settings(values));
    }

    static Map<String, Value> text(String line) {
        return Map.of("text", new Value.Text(line));
    }

    private static ServiceKind kind(
            String name,
            List<Port> inputs,
            List<Port> outputs,
            @Nullable Function<Map<String, Value>, Map<String, Value>> body) {
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
                return new Signature(inputs, outputs);
            }

            @Override
            public long memoryBytes(Settings settings) {
                String path = settings.text("path");
                if (path != null) {
                    Path file = settings.resolve(path);
                    BadInputException.check(
                            Files.isRegularFile(file), "no file " + file, "make it");
                }
                return (long) settings.integer("megabytes", 1, 1, 1_000_000) << 20;
            }

            @Override
            public int largestBatch(Settings settings) {
                return 8;
            }

            @Override
            public Service load(Settings settings) {
                return body == null ? new Remembering() : new Computing(body);
            }
        };
    }

    private record Computing(Function<Map<String, Value>, Map<String, Value>> body)
            implements Service {
        @Override
        public List<Outcome> run(List<Map<String, Value>> items) {
            return items.stream().map(item -> Outcome.of(() -> body.apply(item))).toList();
        }

        @Override
        public void close() {}
    }

    /// Answers with how much it knows.
    private static final class Remembering implements Service {
        private byte[] known = {};

        @Override
        public List<Outcome> run(List<Map<String, Value>> items) {
            return items.stream()
                    .map(item -> Outcome.done("text", new Value.Text(known.length + " bytes")))
                    .toList();
        }

        @Override
        public byte[] state() {
            return known;
        }

        @Override
        public void restore(byte[] state) {
            known = state;
        }

        @Override
        public void close() {}
    }

    static String line(Map<String, Value> item) {
        return item.get("text") instanceof Value.Text t ? t.joined() : "";
    }

    private static Map<String, Value> embed(Map<String, Value> item) {
        String line = line(item);
        float[] values = new float[4 * line.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(line.charAt(i / 4) * (i % 4 + 1.0));
        }
        return Map.of(
                "hidden", new Value.Floats(new FloatTensor(new long[] {line.length(), 4}, values)));
    }

    private static Map<String, Value> square(Map<String, Value> item) {
        if (!(item.get("hidden") instanceof Value.Floats floats)) {
            throw new IllegalStateException("no floats");
        }
        float[] values = floats.tensor().values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] *= values[i];
        }
        return Map.of("hidden", new Value.Floats(new FloatTensor(floats.tensor().shape(), values)));
    }

    private Map<String, Value> slow(Map<String, Value> item) {
        started.incrementAndGet();
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return item;
    }

    private static Map<String, Value> fussy(Map<String, Value> item) {
        for (ServeException.Reason reason : ServeException.Reason.values()) {
            if (reason.name().equals(line(item))) {
                throw new ServeException(reason, "says so\nMaybe another word");
            }
        }
        return item;
    }
}
