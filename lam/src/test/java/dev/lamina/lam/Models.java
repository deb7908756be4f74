package dev.lamina.lam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.base.Seeds;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/// Small models and batches for tests.
final class Models {
    static final Bert.Config TINY = new Bert.Config(3, 16, 4, 32, 50, 20, 2, 1e-12);

    private Models() {}

    /// Random weights, large enough for every layer to matter.
    static Bert tiny(NDManager manager, long seed) {
        return BertWeights.read(TINY, manager, (name, shape) -> random(seed, name, 0.3, shape));
    }

    static Segment whole(Bert bert, NDManager manager, int classes) {
        return Segment.whole(
                bert,
                new Head(
                        Head.Pooling.MEAN,
                        Tensors.toEngine(
                                manager, FloatTensor.zeros(classes, bert.config().hidden())),
                        Tensors.toEngine(manager, FloatTensor.zeros(classes))));
    }

    /// Pairs and head, all non-zero.
    static SequencedMap<String, FloatTensor> trained(
            Lora lora, Bert.Config config, int classes, long seed) {
        SequencedMap<String, FloatTensor> tensors = lora.initial(config, seed);
        tensors.replaceAll((name, tensor) -> random(seed, name, 0.2, tensor.shape()));
        tensors.put(Lora.HEAD_WEIGHT, random(seed, "head", 0.5, classes, config.hidden()));
        tensors.put(Lora.HEAD_BIAS, random(seed, "bias", 0.5, classes));
        return tensors;
    }

    static TokenBatch batch(long seed, int texts, int longest, int vocabulary) {
        RandomGenerator random = Seeds.stream(seed, "batch");
        List<int[]> tokens = new ArrayList<>();
        for (int i = 0; i < texts; i++) {
            tokens.add(random.ints(random.nextInt(2, longest + 1), 0, vocabulary).toArray());
        }
        return new TokenBatch(tokens);
    }

    static FloatTensor random(long seed, String name, double scale, long... shape) {
        FloatTensor tensor = FloatTensor.zeros(shape);
        RandomGenerator random = Seeds.stream(seed, name);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.values()[i] = (float) (scale * random.nextGaussian());
        }
        return tensor;
    }

    static double maxDifference(FloatTensor a, FloatTensor b) {
        double most = 0;
        for (int i = 0; i < a.size(); i++) {
            most = Math.max(most, Math.abs(a.values()[i] - b.values()[i]));
        }
        return most;
    }

    /// Greatest difference over the greatest absolute value.
    static double relativeDifference(FloatTensor a, FloatTensor b) {
        double scale = 1e-12;
        for (float v : b.values()) {
            scale = Math.max(scale, Math.abs(v));
        }
        return maxDifference(a, b) / scale;
    }

    static FloatTensor values(NDArray array) {
        return Tensors.toJava(array);
    }

    static FloatTensor get(Map<String, FloatTensor> map, String name) {
        return java.util.Objects.requireNonNull(map.get(name), name);
    }
}
