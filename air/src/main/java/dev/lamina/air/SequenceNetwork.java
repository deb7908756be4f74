package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import dev.lamina.nn.Parameters;

/// The computation of a [SequenceModel].
public interface SequenceNetwork extends Network {
    /// The future `[B,F,O]` of scaled pasts `[B,T,C]`. No row depends on the others.
    NDArray forward(NDArray x_BTC, Parameters parameters, Pass pass);
}
