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
public record TrainingRule(
        Lora lora,
        AdamW.Config optimiser,
        LearningRate schedule,
        double clip,
        TensorCodec codec,
        TensorCodec updateCodec,
        HeadRule head,
        int microBatches,
        long seed) {

    /// The rule of a device that takes so many steps in all.
    static TrainingRule of(FinetuneSpec spec, int steps) {
        int total = Math.max(1, steps);
        int warmup = Math.toIntExact(Math.round(spec.warmup() * total));
        return new TrainingRule(
                spec.lora(),
                AdamW.Config.withWeightDecay(spec.weightDecay()),
                new LearningRate(
                        spec.learningRate(), spec.schedule(), Math.min(warmup, total - 1), total),
                spec.clip(),
                spec.codec(),
                spec.updateCodec(),
                spec.headRule(),
                spec.execution().microBatches(),
                spec.seed());
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
