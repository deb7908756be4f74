package dev.lamina.air;

import dev.lamina.base.BadInputException;
import java.util.List;

/// The models that can be trained, by name and with their usual settings.
public final class ModelKinds {
    /// Ours first.
    public static final List<String> NAMES =
            List.of("lam", "llm4cp", "transformer", "cnn", "gru", "lstm", "rnn");

    private static final int LIGHT_PLANES = 8;

    private ModelKinds() {}

    /// A model of this kind.
    ///
    /// @param shape of what it is trained on; `lam` takes the numbers of steps only
    /// @param backbone of `lam` and `llm4cp`
    /// @param blocks of the backbone
    /// @param loraRank beside the backbone; 0 to train its norms and places
    /// @throws BadInputException if there is no such kind
    public static TrainableModel of(
            String name, SequenceShape shape, String backbone, int blocks, int loraRank) {
        return switch (name) {
            case "lam" -> new PathModel(shape.steps(), shape.horizon(), backbone, blocks, loraRank);
            // with light convolutions: the original's take ten times the backbone's time on a CPU
            case "llm4cp" ->
                    Llm4Cp.standard(shape, backbone, blocks)
                            .withLora(loraRank)
                            .withConvolutions(LIGHT_PLANES, 1);
            case "transformer" -> SmallTransformer.standard(shape);
            case "cnn" -> ConvolutionalAutoencoder.standard(shape);
            case "gru" -> Recurrent.standard(shape, Recurrent.Cell.GRU);
            case "lstm" -> Recurrent.standard(shape, Recurrent.Cell.LSTM);
            case "rnn" -> Recurrent.standard(shape, Recurrent.Cell.RNN);
            default ->
                    throw new BadInputException(
                            "unknown model '" + name + "'",
                            "take one of " + String.join(", ", NAMES) + ".");
        };
    }
}
