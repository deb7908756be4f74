package dev.lamina.air;

import dev.lamina.nn.Tensors;
import java.util.List;
import java.util.stream.Stream;

/// Every kind of model, small.
final class TinyModels {
    static {
        Tensors.useThreads(1); // a second one costs more than it gives at this size
    }

    private TinyModels() {}

    static Stream<SequenceModel> of(SequenceShape shape) {
        return Stream.of(
                new Recurrent(shape, Recurrent.Cell.RNN, 6, 2),
                new Recurrent(shape, Recurrent.Cell.GRU, 6, 2),
                new Recurrent(shape, Recurrent.Cell.LSTM, 6, 1),
                new ConvolutionalAutoencoder(shape, List.of(3, 4)),
                new SmallTransformer(shape, 8, 2, 2),
                new Llm4Cp(shape, "shape:2x12x2", 1, 0, 2, 3, 1, 0.1));
    }

    /// For the tracks of [Exponentials#tracks].
    static Stream<SequenceModel> sameBand() {
        return of(SequenceShape.of(Exponentials.tracks(1, 0).config()));
    }

    static Stream<SequenceModel> all() {
        return Stream.concat(
                sameBand(), of(SequenceShape.of(Exponentials.otherBand(1, 0).config())));
    }

    static Tracks tracks(SequenceModel model, int count, long seed) {
        return model.shape().sameBand()
                ? Exponentials.tracks(count, seed)
                : Exponentials.otherBand(count, seed);
    }
}
