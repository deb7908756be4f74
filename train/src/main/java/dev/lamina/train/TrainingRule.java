package dev.lamina.train;

import dev.lamina.base.Seeds;
import dev.lamina.lam.Dropout;
import dev.lamina.lam.Lora;
import dev.lamina.nn.AdamW;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.TensorCodec;

/// How a step is taken, the same on devices and server: both can work it out from the spec and the
/// step's number, so that it never has to be sent.
///
/// @param lora the adapter's shape
/// @param optimiser hyper-parameters
/// @param schedule learning rate by a device's step
/// @param clip greatest gradient norm of a block; 0 for no clipping
/// @param codec of activations and their gradients
/// @param updateCodec of adapter updates
/// @param head what becomes of a head on the device
/// @param microBatches parts that a batch is cut into
/// @param seed of the run
/// @param aggregation of the pairs at a round's end
public record TrainingRule(
        Lora lora,
        AdamW.Config optimiser,
        LearningRate schedule,
        double clip,
        TensorCodec codec,
        TensorCodec updateCodec,
        HeadRule head,
        int microBatches,
        long seed,
        RankAggregation aggregation) {

    /// The rule of a device that takes so many steps in all, where all have the global rank.
    static TrainingRule of(FinetuneSpec spec, int steps) {
        return of(spec, spec.lora(), steps);
    }

    /// The rule of a device, at its rank.
    static TrainingRule of(FinetuneSpec spec, int device, int steps) {
        return of(spec, spec.lora(device), steps);
    }

    private static TrainingRule of(FinetuneSpec spec, Lora lora, int steps) {
        int total = Math.max(1, steps);
        int warmup = Math.toIntExact(Math.round(spec.warmup() * total));
        return new TrainingRule(
                lora,
                AdamW.Config.withWeightDecay(spec.weightDecay()),
                new LearningRate(
                        spec.learningRate(), spec.schedule(), Math.min(warmup, total - 1), total),
                spec.clip(),
                spec.codec(),
                spec.updateCodec(),
                spec.headRule(),
                spec.execution().microBatches(),
                spec.seed(),
                spec.joining().method());
    }

    /// The dropout of a micro-batch of a device, alike on both sides of the cut.
    Dropout dropout(int device, MicroBatch at) {
        return new Dropout(
                lora.dropout(),
                at.part() == 0
                        ? Seeds.derive(seed, "dropout", device, at.step())
                        : Seeds.derive(seed, "dropout", device, at.step(), at.part()));
    }

    /// Whether adapter updates are sent as what was added, because their codec loses something.
    boolean sendsDifferences() {
        return !(updateCodec instanceof TensorCodec.Fp32);
    }
}
