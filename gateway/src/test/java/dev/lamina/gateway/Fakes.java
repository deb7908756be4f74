package dev.lamina.gateway;

import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.Port;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.Service;
import dev.lamina.serve.ServiceKind;
import dev.lamina.serve.ServiceKinds;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Signature;
import dev.lamina.serve.Value;
import dev.lamina.serve.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/// Services that do next to nothing.
final class Fakes {
    static final String SECRET = "/secret/path/of/weights.bin";

    private static final Port TEXT = new Port("text", ValueType.TEXT);

    private Fakes() {}

    static ServiceKinds kinds() {
        return new ServiceKinds(
                List.of(
                        kind(
                                "echo",
                                one(TEXT),
                                one(TEXT),
                                item -> Map.of("text", get(item, "text"))),
                        kind("lines", one(TEXT), one(TEXT), Fakes::lines),
                        kind("sleep", one(TEXT), one(TEXT), Fakes::sleep),
                        kind("fail", one(TEXT), one(TEXT), Fakes::fail),
                        kind(
                                "vector",
                                one(TEXT),
                                List.of(
                                        new Port("embedding", ValueType.floats(4)),
                                        new Port("tokens", ValueType.integers())),
                                Fakes::vector),
                        kind(
                                "negative",
                                one(new Port("image", ValueType.IMAGE)),
                                one(new Port("image", ValueType.IMAGE)),
                                Fakes::negative),
                        kind(
                                "louder",
                                one(new Port("audio", ValueType.AUDIO)),
                                one(new Port("audio", ValueType.AUDIO)),
                                Fakes::louder),
                        kind(
                                "sum",
                                List.of(
                                        new Port("rows", ValueType.floats(-1, 2)),
                                        new Port("times", ValueType.integers(), true)),
                                List.of(
                                        new Port("sum", ValueType.floats()),
                                        new Port("count", ValueType.integers(1))),
                                Fakes::sum)));
    }

    private static List<Port> one(Port port) {
        return List.of(port);
    }

    private static Value get(Map<String, Value> item, String name) {
        return Objects.requireNonNull(item.get(name));
    }

    private static String text(Map<String, Value> item) {
        return ((Value.Text) get(item, "text")).joined();
    }

    private static Map<String, Value> lines(Map<String, Value> item) {
        List<String> words = new ArrayList<>();
        for (java.util.StringTokenizer t = new java.util.StringTokenizer(text(item));
                t.hasMoreTokens(); ) {
            words.add(t.nextToken());
        }
        return Map.of("text", new Value.Text(words));
    }

    private static Map<String, Value> sleep(Map<String, Value> item) {
        try {
            Thread.sleep(Integer.parseInt(text(item)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Map.of("text", get(item, "text"));
    }

    private static Map<String, Value> fail(Map<String, Value> item) {
        switch (text(item)) {
            case "bad" -> throw new ServeException(ServeException.Reason.BAD_INPUT, "a bad item");
            case "full" -> throw new ServeException(ServeException.Reason.EXHAUSTED, "full");
            default -> throw new IllegalStateException("cannot read " + SECRET);
        }
    }

    private static Map<String, Value> vector(Map<String, Value> item) {
        String text = text(item);
        float[] values = new float[4];
        for (int i = 0; i < text.length(); i++) {
            values[i % 4] += text.charAt(i) / 128f;
        }
        return Map.of(
                "embedding",
                new Value.Floats(new FloatTensor(new long[] {4}, values)),
                "tokens",
                new Value.Integers(new long[0], new long[] {text.length()}));
    }

    private static Map<String, Value> negative(Map<String, Value> item) {
        Value.Image image = (Value.Image) get(item, "image");
        byte[] rgb = image.rgb().clone();
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (255 - rgb[i]);
        }
        return Map.of("image", new Value.Image(image.height(), image.width(), rgb));
    }

    private static Map<String, Value> louder(Map<String, Value> item) {
        Value.Audio audio = (Value.Audio) get(item, "audio");
        short[] samples = audio.samples().clone();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (2 * samples[i]);
        }
        return Map.of("audio", new Value.Audio(audio.sampleRateHz(), samples));
    }

    private static Map<String, Value> sum(Map<String, Value> item) {
        float sum = 0;
        FloatTensor rows = ((Value.Floats) get(item, "rows")).tensor();
        for (float value : rows.values()) {
            sum += value;
        }
        if (item.get("times") instanceof Value.Integers times) {
            sum *= times.values()[0];
        }
        return Map.of(
                "sum",
                new Value.Floats(new FloatTensor(new long[0], new float[] {sum})),
                "count",
                new Value.Integers(new long[] {1}, new long[] {rows.size()}));
    }

    private static ServiceKind kind(
            String name,
            List<Port> inputs,
            List<Port> outputs,
            Function<Map<String, Value>, Map<String, Value>> work) {
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
                return 1 << 20;
            }

            @Override
            public int largestBatch(Settings settings) {
                return settings.integer("batch", 8, 1, 64);
            }

            @Override
            public Service load(Settings settings) {
                return new Service() {
                    @Override
                    public List<Outcome> run(List<Map<String, Value>> items) {
                        return items.stream()
                                .map(item ->
                                        Outcome.of(() -> new LinkedHashMap<>(work.apply(item))))
                                .toList();
                    }

                    @Override
                    public void close() {}
                };
            }
        };
    }
}
