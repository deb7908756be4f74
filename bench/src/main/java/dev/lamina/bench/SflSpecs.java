package dev.lamina.bench;

import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.Profiles;
import dev.lamina.edge.ServerOrder;
import dev.lamina.edge.ServerProfile;
import dev.lamina.lam.Lora;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.TensorCodec;
import dev.lamina.train.Execution;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.Joining;
import dev.lamina.train.Scheme;
import java.util.List;

/// The runs of the benchmarks and of paper [B]'s experiment: all `shared`, with LoRA of rank 16.
public final class SflSpecs {
    /// Of the emotions data set.
    static final int CLASSES = 6;

    /// All improvements beyond the paper that work together, but for the chosen cuts:
    /// recomputation, int8 both ways, four micro-batches.
    public static final Execution PLUS = new Execution(false, 4, true, 1);

    private SflSpecs() {}

    /// `shared` at a model's shape, for timing and memory.
    public static FinetuneSpec shared(
            String model,
            List<DeviceProfile> devices,
            ServerProfile server,
            List<Integer> cuts,
            int batch,
            int seqLen,
            long seed,
            int threads) {
        return spec(
                new Input(model, "wordnet", seqLen),
                new Machines(devices, server, cuts),
                List.of(Lora.Target.QUERY, Lora.Target.VALUE),
                batch,
                new Training(1e-3, LearningRate.Decay.CONSTANT, 0, 1, 1, 0),
                seed,
                threads);
    }

    /// `shared` to be trained to the end, an adapter on every dense layer.
    ///
    /// @param maxSteps of all devices; 0 for no limit
    public static FinetuneSpec training(
            String model,
            String data,
            List<DeviceProfile> devices,
            ServerProfile server,
            double epochs,
            int rounds,
            int maxSteps,
            long seed,
            int threads) {
        return spec(
                new Input(model, data, 64),
                new Machines(devices, server, List.of(1)),
                List.of(Lora.Target.values()),
                16,
                new Training(3e-3, LearningRate.Decay.LINEAR, 0.1, epochs, rounds, maxSteps),
                seed,
                threads);
    }

    /// `shared` for a benchmark of real steps on nominal devices.
    ///
    /// @param steps of all devices
    public static FinetuneSpec steps(
            String model,
            int devices,
            int cut,
            TensorCodec codec,
            int batch,
            int rounds,
            int steps,
            int threads) {
        return spec(
                        new Input(model, "wordnet", 64),
                        new Machines(Profiles.devices(devices), Profiles.GPU_SERVER, List.of(cut)),
                        List.of(Lora.Target.QUERY, Lora.Target.VALUE),
                        batch,
                        new Training(1e-3, LearningRate.Decay.CONSTANT, 0, 100, rounds, steps),
                        1,
                        threads)
                .withExecution(codec, Execution.PLAIN);
    }

    private record Input(String model, String data, int seqLen) {}

    private record Machines(
            List<DeviceProfile> devices, ServerProfile server, List<Integer> cuts) {}

    private record Training(
            double learningRate,
            LearningRate.Decay schedule,
            double warmup,
            double epochs,
            int rounds,
            int maxSteps) {}

    private static FinetuneSpec spec(
            Input input,
            Machines machines,
            List<Lora.Target> targets,
            int batch,
            Training training,
            long seed,
            int threads) {
        return new FinetuneSpec(
                Scheme.SHARED,
                input.model(),
                input.data(),
                null,
                null,
                machines.devices(),
                machines.server(),
                "iid",
                machines.cuts(),
                new Lora(16, 32, 0, targets),
                Joining.PLAIN,
                batch,
                training.learningRate(),
                training.schedule(),
                training.warmup(),
                0.01,
                1,
                training.epochs(),
                training.rounds(),
                training.maxSteps(),
                input.seqLen(),
                new ServerOrder.LongestTail(),
                new TensorCodec.Fp32(),
                new TensorCodec.Fp32(),
                Execution.PLAIN,
                false,
                null,
                seed,
                threads);
    }

    /// The same with all improvements.
    public static FinetuneSpec plus(FinetuneSpec shared) {
        return shared.withExecution(new TensorCodec.Int8(), PLUS)
                .withDevices(shared.devices(), List.of());
    }
}
