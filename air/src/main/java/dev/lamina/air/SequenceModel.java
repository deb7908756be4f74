package dev.lamina.air;

/// A model that sees one antenna's past and says its future; every setting of it, and no weights.
/// Written as JSON beside the weights ([TrainedModels]).
public sealed interface SequenceModel
        permits Recurrent, ConvolutionalAutoencoder, SmallTransformer, Llm4Cp {
    /// As on the command line, and `kind` in files.
    String name();

    SequenceShape shape();

    /// What computes, with all that is frozen loaded; the caller closes it.
    ///
    /// @throws dev.lamina.base.BadInputException if what is frozen cannot be loaded
    SequenceNetwork network();
}
