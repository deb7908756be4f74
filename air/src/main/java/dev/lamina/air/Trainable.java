package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.nn.Parameters;
import java.util.List;
import java.util.random.RandomGenerator;

/// A predictor with parameters that a [Trainer] can train. Train it on one platform thread, and
/// predict with it when no step is under way.
///
/// @param <E> an example: what one track gives one or more of, in Java memory
public interface Trainable<E> extends Predictor {
    /// The examples of a track, scaled by its own history. They are asked for once and kept, from
    /// several threads.
    ///
    /// @throws dev.lamina.base.BadInputException if the model is for tracks of another shape
    List<E> examples(Track track);

    /// The example as another track might have given it: a random change that channels are
    /// indifferent to. The example itself if there is none.
    default E varied(E example, RandomGenerator random) {
        return example;
    }

    /// The loss of a batch, a scalar. Operations are recorded where it is to be differentiated.
    NDArray loss(List<E> batch, Pass pass);

    /// What is trained. What is frozen stays inside.
    Parameters parameters();

    /// Where the parameters live; each step is computed in a manager below.
    NDManager manager();
}
