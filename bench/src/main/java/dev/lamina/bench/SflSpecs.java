package dev.lamina.bench;

import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.ServerOrder;
import dev.lamina.edge.ServerProfile;
import dev.lamina.lam.Lora;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.TensorCodec;
import dev.lamina.train.Execution;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.Scheme;
import java.util.List;

/// The runs of paper [B]'s experiment: LoRA of rank 16 on queries and values, batches of 16.
public final class SflSpecs {
    /// Of the emotions data set.
    static final int CLASSES = 6;

    /// All improvements beyond the paper that work together, but for the chosen cuts:
    /// recomputation, int8 both ways, four micro-batches.
    public static final Execution PLUS = new Execution(false, 4, true, 1);

    private SflSpecs() {}

    /// `shared` at a model's shape.
    public static FinetuneSpec shared(
            String model,
            List<DeviceProfile> devices,
            ServerProfile server,
            List<Integer> cuts,
            int batch,
            int seqLen,
            long seed,
            int threads) {
        return new FinetuneSpec(
                Scheme.SHARED,
                model,
                "wordnet",
                null,
                null,
                devices,
                server,
                "iid",
                cuts,
                new Lora(16, 32, 0, List.of(Lora.Target.QUERY, Lora.Target.VALUE)),
                batch,
                1e-3,
                LearningRate.Decay.CONSTANT,
                0,
                0.01,
                1,
                1,
                1,
                0,
                seqLen,
                new ServerOrder.LongestTail(),
                new TensorCodec.Fp32(),
                new TensorCodec.Fp32(),
                Execution.PLAIN,
                seed,
                threads);
    }

    /// The same with all improvements.
    public static FinetuneSpec plus(FinetuneSpec shared) {
        return shared.withExecution(new TensorCodec.Int8(), PLUS)
                .withDevices(shared.devices(), List.of());
    }
}
