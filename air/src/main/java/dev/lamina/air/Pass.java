package dev.lamina.air;

import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Dropout;

/// One computation of a model.
///
/// @param manager what is computed belongs to it
/// @param training whether it is a step of training, with dropout
/// @param seed of this step's dropout
public record Pass(NDManager manager, boolean training, long seed) {
    /// A step of training.
    public static Pass training(NDManager manager, long seed) {
        return new Pass(manager, true, seed);
    }

    /// Without dropout.
    public static Pass evaluation(NDManager manager) {
        return new Pass(manager, false, 0);
    }

    /// Of this probability in training, else none.
    Dropout dropout(double probability) {
        return training ? new Dropout(probability, seed) : Dropout.OFF;
    }
}
