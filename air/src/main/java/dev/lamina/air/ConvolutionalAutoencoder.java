package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// The convolutional baseline of LLM4CP (its code's `models/model.py`): the past as an image of two
/// planes over time and subcarriers, 3x3 convolutions with tanh to more and more planes and back,
/// then a convolution of width 3 over subcarriers that maps steps of the past to those of the
/// future. (The original's last one runs over real and imaginary parts in turn, and mixes them with
/// their neighbours'; ours treats both alike.)
///
/// Shape suffixes: B sequences, T steps of the past, K subcarriers, C = 2K, F steps of the future.
///
/// @param shape of the sequences; as many subcarriers are predicted as are known
/// @param planes after each convolution on the way up; LLM4CP has 8, 16, 32, 64, 128, 256, 512
public record ConvolutionalAutoencoder(SequenceShape shape, List<Integer> planes)
        implements SequenceModel, SequenceNetwork {
    public ConvolutionalAutoencoder {
        planes = List.copyOf(planes);
        BadInputException.check(
                !planes.isEmpty() && planes.stream().allMatch(n -> n >= 1 && n <= 4096),
                "planes " + planes,
                "take 8, 16, 32, 64.");
        BadInputException.check(
                shape.target().subcarriers() == shape.subcarriers(),
                shape.target().subcarriers()
                        + " subcarriers to predict from "
                        + shape.subcarriers()
                        + " with convolutions",
                "predict as many as the history has.");
    }

    /// Up to 64 planes: a fortieth of the original's operations.
    public static ConvolutionalAutoencoder standard(SequenceShape shape) {
        return new ConvolutionalAutoencoder(shape, List.of(8, 16, 32, 64));
    }

    @Override
    public String name() {
        return "cnn";
    }

    @Override
    public SequenceNetwork network() {
        return this;
    }

    /// 2, up to the most, and back to 2.
    private List<Integer> widths() {
        List<Integer> widths = new ArrayList<>();
        widths.add(2);
        widths.addAll(planes);
        widths.addAll(planes.reversed().subList(1, planes.size()));
        widths.add(2);
        return widths;
    }

    @Override
    public SequencedMap<String, FloatTensor> initial(long seed) {
        Initial initial = new Initial(seed);
        List<Integer> widths = widths();
        for (int i = 0; i + 1 < widths.size(); i++) {
            double bound = 1 / Math.sqrt(widths.get(i)); // the original's
            initial.uniform(i + ".weight", bound, widths.get(i + 1), widths.get(i), 3, 3);
            initial.zeros(i + ".bias", widths.get(i + 1));
        }
        initial.convolution("time", shape.horizon(), shape.steps(), 3, 1);
        return initial.tensors();
    }

    @Override
    public NDArray forward(NDArray x_BTC, Parameters parameters, Pass pass) {
        NDArray image = Layers.image(x_BTC); // [B,2,T,K]
        for (int i = 0; i + 1 < widths().size(); i++) {
            image = Layers.convolution(parameters, Integer.toString(i), image).tanh();
        }
        NDArray image_BTK2 = image.transpose(0, 2, 3, 1);
        NDArray future_BFK2 = Layers.convolution(parameters, "time", image_BTK2);
        return future_BFK2.reshape(
                x_BTC.getShape().get(0), shape.horizon(), 2L * shape.subcarriers());
    }
}
