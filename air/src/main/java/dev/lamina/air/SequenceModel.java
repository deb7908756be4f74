package dev.lamina.air;

import dev.lamina.nn.FloatTensor;
import java.util.List;
import java.util.Map;

/// A model that sees one antenna's past and says its future.
public sealed interface SequenceModel extends TrainableModel
        permits Recurrent, ConvolutionalAutoencoder, SmallTransformer, Llm4Cp {
    SequenceShape shape();

    /// What computes, with all that is frozen loaded; the caller closes it.
    ///
    /// @throws dev.lamina.base.BadInputException if what is frozen cannot be loaded
    SequenceNetwork network();

    @Override
    default List<String> outputLayers() {
        return List.of("output.", "time.", "skip.");
    }

    @Override
    default SequencePredictor fresh(long seed) {
        return SequencePredictor.fresh(this, seed);
    }

    @Override
    default SequencePredictor of(Map<String, FloatTensor> values) {
        return SequencePredictor.of(this, values);
    }
}
