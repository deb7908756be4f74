package dev.lamina.app;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.media.ImageFiles;
import dev.lamina.media.SoundFiles;
import dev.lamina.serve.Flow;
import dev.lamina.serve.Port;
import dev.lamina.serve.Value;
import dev.lamina.serve.ValueType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/// What `lamina infer` does with a flow's outputs.
final class InferOutputs {
    private static final int SHOWN_NUMBERS = 6;

    private InferOutputs() {}

    /// Refuses to save what does not come out, before anything is computed.
    static void check(Flow flow, Map<String, Path> save) {
        for (String name : save.keySet()) {
            BadInputException.check(
                    flow.signature().output(name) != null,
                    "--save " + name + ": flow " + flow.name() + " has no such output",
                    "take "
                            + flow.signature().outputs().stream()
                                    .map(Port::name)
                                    .collect(Collectors.joining(", ")));
        }
    }

    /// Writes an output to a file.
    static void save(Path file, Value value) {
        byte[] bytes =
                switch (value) {
                    case Value.Image i -> ImageFiles.encodePng(i);
                    case Value.Audio a -> SoundFiles.encodeWav(a);
                    case Value.Text t -> utf8(String.join("\n", t.lines()));
                    case Value.Floats f -> utf8(Arrays.toString(f.tensor().values()));
                    case Value.Integers n -> utf8(Arrays.toString(n.values()));
                };
        AtomicFiles.write(file, draft -> Files.write(draft, bytes));
    }

    /// An output as `--json` has it.
    static Object json(Value value) {
        return switch (value) {
            case Value.Text t -> t.lines().size() == 1 ? t.joined() : t.lines();
            case Value.Floats f -> f.tensor().values();
            case Value.Integers i -> i.shape().length == 0 ? i.values()[0] : i.values();
            case Value.Image i -> i.height() + " x " + i.width() + " pixels";
            case Value.Audio a -> "%.2f s".formatted(a.seconds());
        };
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// An output as the table has it.
    static String line(Value value) {
        return switch (value) {
            case Value.Text t -> t.lines().stream().collect(Collectors.joining(" | "));
            case Value.Floats f -> numbers(f);
            case Value.Integers i ->
                    i.values().length == 1
                            ? Long.toString(i.values()[0])
                            : Arrays.toString(i.values());
            case Value.Image i -> json(i).toString();
            case Value.Audio a -> json(a).toString();
        };
    }

    private static String numbers(Value.Floats f) {
        float[] values = f.tensor().values();
        StringBuilder line = new StringBuilder(ValueType.of(f).toString());
        for (int i = 0; i < Math.min(SHOWN_NUMBERS, values.length); i++) {
            line.append(" %.4f".formatted(values[i]));
        }
        return line.append(values.length > SHOWN_NUMBERS ? " …" : "").toString();
    }
}
