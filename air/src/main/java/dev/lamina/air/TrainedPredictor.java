package dev.lamina.air;

/// A [TrainableModel] with parameters.
///
/// @param <E> its examples
public sealed interface TrainedPredictor<E> extends Trainable<E>, AutoCloseable
        permits SequencePredictor, PathPredictor {
    TrainableModel model();

    /// The same network with a copy of the parameters, for another thread or party. It must not be
    /// used after this one is closed.
    TrainedPredictor<E> copy();

    @Override
    void close();
}
