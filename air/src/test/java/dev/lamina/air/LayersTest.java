package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.base.Seeds;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayersTest {
    /// The sum that a convolution is, written out.
    @ParameterizedTest
    @CsvSource({"3,3,1", "3,1,2", "1,5,3", "1,1,4"})
    void aConvolutionIsItsSum(int kernelRows, int kernelColumns, long seed) {
        int batch = 2;
        int in = 3;
        int out = 4;
        int rows = 5;
        int columns = 6;
        FloatTensor x = random(seed, batch, in, rows, columns);
        FloatTensor weight = random(seed + 100, out, in, kernelRows, kernelColumns);
        FloatTensor bias = random(seed + 200, out);
        SequencedMap<String, FloatTensor> tensors = new LinkedHashMap<>();
        tensors.put("c.weight", weight);
        tensors.put("c.bias", bias);
        FloatTensor result;
        try (NDManager scope = Tensors.newManager();
                Parameters parameters = new Parameters(scope, tensors)) {
            result =
                    Autograd.withoutGradient(() -> {
                        NDArray array = Tensors.toEngine(scope, x);
                        return Tensors.toJava(Layers.convolution(parameters, "c", array));
                    });
        }
        assertThat(result.shape()).containsExactly(batch, out, rows, columns);
        for (int b = 0; b < batch; b++) {
            for (int o = 0; o < out; o++) {
                for (int r = 0; r < rows; r++) {
                    for (int c = 0; c < columns; c++) {
                        double sum = bias.values()[o];
                        for (int i = 0; i < in; i++) {
                            for (int k = 0; k < kernelRows; k++) {
                                for (int l = 0; l < kernelColumns; l++) {
                                    int row = r + k - kernelRows / 2;
                                    int column = c + l - kernelColumns / 2;
                                    if (row >= 0 && row < rows && column >= 0 && column < columns) {
                                        int at = ((b * in + i) * rows + row) * columns + column;
                                        int w = ((o * in + i) * kernelRows + k) * kernelColumns + l;
                                        sum += x.values()[at] * weight.values()[w];
                                    }
                                }
                            }
                        }
                        float got = result.values()[((b * out + o) * rows + r) * columns + c];
                        assertThat(Math.abs(got - sum)).as("seed %d", seed).isLessThan(1e-5);
                    }
                }
            }
        }
    }

    private static FloatTensor random(long seed, long... shape) {
        FloatTensor tensor = FloatTensor.zeros(shape);
        RandomGenerator random = Seeds.stream(seed, "layers");
        for (int i = 0; i < tensor.size(); i++) {
            tensor.values()[i] = (float) random.nextGaussian();
        }
        return tensor;
    }
}
