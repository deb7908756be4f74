package dev.lamina.air;

import dev.lamina.base.Seeds;
import dev.lamina.nn.FloatTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/// Fresh parameters. Each tensor's values depend on the seed and its name only.
final class Initial {
    private final long seed;
    private final SequencedMap<String, FloatTensor> tensors = new LinkedHashMap<>();

    Initial(long seed) {
        this.seed = seed;
    }

    /// What was made, in order.
    SequencedMap<String, FloatTensor> tensors() {
        return tensors;
    }

    /// `name.weight` `[out, in]` and `name.bias` `[out]`, uniform in ±1/√in as PyTorch has it.
    void linear(String name, int out, int in) {
        uniform(name + ".weight", 1 / Math.sqrt(in), out, in);
        uniform(name + ".bias", 1 / Math.sqrt(in), out);
    }

    /// `name.weight` of ones and `name.bias` of zeros.
    void norm(String name, int size) {
        ones(name + ".weight", size);
        zeros(name + ".bias", size);
    }

    /// `name.weight` `[out, in, rows, columns]` uniform in ±1/√(in rows columns), and `name.bias`.
    void convolution(String name, int out, int in, int rows, int columns) {
        double bound = 1 / Math.sqrt((double) in * rows * columns);
        uniform(name + ".weight", bound, out, in, rows, columns);
        uniform(name + ".bias", bound, out);
    }

    void uniform(String name, double bound, long... shape) {
        RandomGenerator random = Seeds.stream(seed, "weights", name);
        float[] values = zeros(name, shape).values();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-bound, bound);
        }
    }

    void normal(String name, double deviation, long... shape) {
        RandomGenerator random = Seeds.stream(seed, "weights", name);
        float[] values = zeros(name, shape).values();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
    }

    /// Values from elsewhere.
    void given(String name, FloatTensor tensor) {
        tensors.put(name, tensor.copy());
    }

    void ones(String name, long... shape) {
        Arrays.fill(zeros(name, shape).values(), 1f);
    }

    FloatTensor zeros(String name, long... shape) {
        FloatTensor tensor = FloatTensor.zeros(shape);
        tensors.put(name, tensor);
        return tensor;
    }
}
