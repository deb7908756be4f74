package dev.lamina.air;

import dev.lamina.nn.FloatTensor;
import java.util.Map;
import java.util.SequencedMap;

/// The computation of a [TrainableModel], with all that is frozen loaded. What is trained is given
/// to each call, so one network serves many sets of parameters.
public interface Network extends AutoCloseable {
    /// Fresh values of what is trained.
    SequencedMap<String, FloatTensor> initial(long seed);

    /// Fixed tensors to stand beside the parameters under names of their own.
    default Map<String, FloatTensor> constants() {
        return Map.of();
    }

    @Override
    default void close() {}
}
