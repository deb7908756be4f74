package dev.lamina.bench;

import dev.lamina.cell.CellSpec;
import dev.lamina.cell.Importance;
import dev.lamina.cell.Position;
import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.Profiles;
import dev.lamina.edge.ServerOrder;
import dev.lamina.lam.Lora;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.TensorCodec;
import dev.lamina.train.Execution;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.Joining;
import dev.lamina.train.Scheme;
import dev.lamina.train.Wireless;
import java.util.List;
import java.util.stream.IntStream;

/// The declared cell of paper [A]'s experiment, and its runs. All figures are nominal.
public final class FedftSpecs {
    /// What devices of a cell reach, from a microcontroller to a small board: unequal speeds.
    private static final List<Double> FLOPS_PER_SECOND = List.of(30e6, 100e6, 300e6, 1e9, 3e9);

    private static final long DEVICE_BYTES = 1L << 30;
    private static final int GROUP = 4;

    /// 250 m, urban micro, 3.5 GHz, 5 MHz each way.
    public static final CellSpec CELL = CellSpec.DEFAULT.withBandwidth(5e6);

    private FedftSpecs() {}

    /// So many devices of unequal speeds.
    public static List<DeviceProfile> devices(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    double rate = FLOPS_PER_SECOND.get(i % FLOPS_PER_SECOND.size());
                    return new DeviceProfile(
                            "node-" + (i + 1), rate, rate, DEVICE_BYTES, 0.5, 2, Profiles.LINK);
                })
                .toList();
    }

    /// What a run in the cell is made from.
    ///
    /// @param positions of devices; none to have them placed
    /// @param budgetSeconds 0 for the rule of [Wireless]
    /// @param rounds most of a run
    /// @param judgeSamples after which a run is judged
    public record InCell(
            CellSpec cell,
            List<Position> positions,
            double budgetSeconds,
            double queueRounds,
            int rounds,
            int judgeSamples) {
        Wireless wireless() {
            return new Wireless(
                    cell,
                    positions,
                    FedftExperiment.ONLINE,
                    budgetSeconds,
                    0,
                    queueRounds,
                    new Importance.Constant(),
                    Wireless.TRANSFER_SECONDS,
                    rounds,
                    judgeSamples);
        }
    }

    /// A run in the cell: constant learning rate, representations and gradients as fp16.
    public static FinetuneSpec inCell(
            String model,
            String data,
            List<DeviceProfile> devices,
            String partition,
            double learningRate,
            InCell cell,
            long seed,
            int threads) {
        return spec(
                        new Input(model, data, devices, partition),
                        learningRate,
                        LearningRate.Decay.CONSTANT,
                        0,
                        seed,
                        threads)
                .withExecution(new TensorCodec.Fp16(), new Execution(true, 1, false, GROUP))
                .withWireless(cell.wireless());
    }

    /// A run with everybody in every round: one pass over the data, or fewer steps.
    public static FinetuneSpec everybody(
            String model,
            String data,
            int devices,
            double learningRate,
            int maxSteps,
            long seed,
            int threads) {
        return spec(
                new Input(model, data, Profiles.devices(devices), "iid"),
                learningRate,
                LearningRate.Decay.COSINE,
                maxSteps,
                seed,
                threads);
    }

    private record Input(
            String model, String data, List<DeviceProfile> devices, String partition) {}

    private static FinetuneSpec spec(
            Input input,
            double learningRate,
            LearningRate.Decay schedule,
            int maxSteps,
            long seed,
            int threads) {
        return new FinetuneSpec(
                Scheme.USHAPE,
                input.model(),
                input.data(),
                null,
                null,
                input.devices(),
                Profiles.GPU_SERVER,
                input.partition(),
                List.of(0),
                new Lora(16, 32, 0, List.of(Lora.Target.QUERY, Lora.Target.VALUE)),
                Joining.PLAIN,
                16,
                learningRate,
                schedule,
                schedule == LearningRate.Decay.CONSTANT ? 0 : 0.1,
                0.01,
                1,
                1,
                5,
                maxSteps,
                64,
                new ServerOrder.Fifo(),
                new TensorCodec.Fp32(),
                new TensorCodec.Fp32(),
                new Execution(true, 1, false, GROUP),
                false,
                null,
                seed,
                threads);
    }
}
