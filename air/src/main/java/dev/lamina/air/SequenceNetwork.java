package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import java.util.Map;
import java.util.SequencedMap;

/// The computation of a [SequenceModel]. What is trained is given to each call, so one network
/// serves many sets of parameters.
public interface SequenceNetwork extends AutoCloseable {
    /// Fresh values of what is trained.
    SequencedMap<String, FloatTensor> initial(long seed);

    /// Fixed tensors to stand beside the parameters under names of their own.
    default Map<String, FloatTensor> constants() {
        return Map.of();
    }

    /// The future `[B,F,O]` of scaled pasts `[B,T,C]`. No row depends on the others.
    NDArray forward(NDArray x_BTC, Parameters parameters, Pass pass);

    @Override
    default void close() {}
}
