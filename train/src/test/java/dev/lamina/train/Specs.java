package dev.lamina.train;

import dev.lamina.edge.Profiles;
import dev.lamina.edge.ServerOrder;
import dev.lamina.lam.Lora;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.TensorCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
                List.of(1),
                new Lora(
                        4,
                        8,
                        0.1,
                        List.of(Lora.Target.QUERY, Lora.Target.VALUE, Lora.Target.OUTPUT)),
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
                7,
                2);
    }

    static FinetuneSpec with(FinetuneSpec s, double epochs, double learningRate) {
        return new FinetuneSpec(
                s.scheme(),
                s.model(),
                s.data(),
                s.textColumn(),
                s.labelColumn(),
                s.devices(),
                s.server(),
                s.partition(),
                s.cuts(),
                s.lora(),
                s.batch(),
                learningRate,
                s.schedule(),
                s.warmup(),
                s.weightDecay(),
                s.clip(),
                epochs,
                s.rounds(),
                s.maxSteps(),
                s.seqLen(),
                s.order(),
                s.codec(),
                s.updateCodec(),
                s.seed(),
                s.threads());
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

    static FinetuneSpec with(
            FinetuneSpec s, List<Integer> cuts, ServerOrder order, TensorCodec codec) {
        return new FinetuneSpec(
                s.scheme(),
                s.model(),
                s.data(),
                s.textColumn(),
                s.labelColumn(),
                s.devices(),
                s.server(),
                s.partition(),
                cuts,
                s.lora(),
                s.batch(),
                s.learningRate(),
                s.schedule(),
                s.warmup(),
                s.weightDecay(),
                s.clip(),
                s.epochs(),
                s.rounds(),
                s.maxSteps(),
                s.seqLen(),
                order,
                codec,
                s.updateCodec(),
                s.seed(),
                s.threads());
    }

    static FinetuneSpec withUpdateCodec(FinetuneSpec s, TensorCodec updateCodec) {
        return new FinetuneSpec(
                s.scheme(),
                s.model(),
                s.data(),
                s.textColumn(),
                s.labelColumn(),
                s.devices(),
                s.server(),
                s.partition(),
                s.cuts(),
                s.lora(),
                s.batch(),
                s.learningRate(),
                s.schedule(),
                s.warmup(),
                s.weightDecay(),
                s.clip(),
                s.epochs(),
                s.rounds(),
                s.maxSteps(),
                s.seqLen(),
                s.order(),
                s.codec(),
                updateCodec,
                s.seed(),
                s.threads());
    }
}
