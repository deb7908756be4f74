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
/// @param seed of the run
record TrainingRule(
        Lora lora,
        AdamW.Config optimiser,
        LearningRate schedule,
        double clip,
        TensorCodec codec,
        long seed) {

    /// The dropout of a device's step, alike on both sides of the cut.
    Dropout dropout(int device, int step) {
        return new Dropout(lora.dropout(), Seeds.derive(seed, "dropout", device, step));
    }
}
