package dev.lamina.air;

import dev.lamina.nn.FloatTensor;
import java.util.List;
import java.util.Map;

/// A model that can be trained: every setting of it, and no weights. Written as JSON beside the
/// weights ([TrainedModels]).
public sealed interface TrainableModel permits SequenceModel, PathModel {
    /// As on the command line, and `kind` in files.
    String name();

    /// What the names of the output layers' parameters begin with: those that a server of a
    /// federation may keep to itself.
    List<String> outputLayers();

    /// A predictor with fresh parameters; the caller closes it.
    ///
    /// @throws dev.lamina.base.BadInputException if what is frozen cannot be loaded
    TrainedPredictor<?> fresh(long seed);

    /// A predictor with these parameters; the caller closes it.
    ///
    /// @throws dev.lamina.base.BadInputException if there is one too few or too many, or one has
    ///   another shape
    TrainedPredictor<?> of(Map<String, FloatTensor> values);
}
