package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.edge.Profiles;
import dev.lamina.edge.ServerOrder;
import dev.lamina.lam.Lora;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.TensorCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Small runs for tests: a random model of three blocks on a generated task that a few steps can
/// learn.
final class Specs {
    private Specs() {}

    static FinetuneSpec of(Path data, Scheme scheme, int devices) {
        return new FinetuneSpec(
                scheme,
                "shape:3x32x4",
                data.toString(),
                null,
                null,
                Profiles.devices(devices),
                Profiles.GPU_SERVER,
                "iid",
                List.of(scheme.averagesGradients() ? 0 : 1),
                new Lora(
                        4,
                        8,
                        0.1,
                        List.of(Lora.Target.QUERY, Lora.Target.VALUE, Lora.Target.OUTPUT)),
                Joining.PLAIN,
                8,
                3e-3,
                LearningRate.Decay.COSINE,
                0.1,
                0.01,
                1,
                1,
                3,
                0,
                32,
                new ServerOrder.LongestTail(),
                new TensorCodec.Fp32(),
                new TensorCodec.Fp32(),
                new Execution(scheme.averagesGradients(), 1, false, 1),
                false,
                null,
                7,
                2);
    }

    static FinetuneSpec with(FinetuneSpec s, double epochs, double learningRate) {
        return with(s, Map.of("epochs", epochs, "learningRate", learningRate));
    }

    static FinetuneSpec with(
            FinetuneSpec s, List<Integer> cuts, ServerOrder order, TensorCodec codec) {
        return with(s, Map.of("cuts", cuts, "order", order, "codec", codec));
    }

    static FinetuneSpec withUpdateCodec(FinetuneSpec s, TensorCodec updateCodec) {
        return with(s, Map.of("updateCodec", updateCodec));
    }

    /// The same spec with other values of these components.
    static FinetuneSpec with(FinetuneSpec s, Map<String, Object> changes) {
        RecordComponent[] components = FinetuneSpec.class.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new Object[components.length];
        int changed = 0;
        try {
            for (int i = 0; i < components.length; i++) {
                Object change = changes.get(components[i].getName());
                types[i] = components[i].getType();
                values[i] = change == null ? components[i].getAccessor().invoke(s) : change;
                changed += change == null ? 0 : 1;
            }
            assertThat(changed)
                    .as("components of the spec in " + changes)
                    .isEqualTo(changes.size());
            return FinetuneSpec.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Two classes that differ in their words.
    static Path data(Path directory) {
        String[] first = {"rain", "snow", "storm", "wind", "cloud", "fog"};
        String[] second = {"bread", "cheese", "soup", "apple", "rice", "salt"};
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 240; i++) {
            String[] words = i % 2 == 0 ? first : second;
            text.append(words[i % 6])
                    .append(" and ")
                    .append(words[i / 6 % 6])
                    .append(" number ")
                    .append(i)
                    .append(" of the day".repeat(i % 4))
                    .append(i % 2 == 0 ? ";weather\n" : ";food\n");
        }
        try {
            return Files.writeString(directory.resolve("data.txt"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
