package dev.lamina.lam;

import ai.djl.ndarray.NDArray;
import dev.lamina.base.Seeds;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.random.RandomGenerator;

/// Inverted dropout whose masks depend only on the seed and on the layer's name: not on where the
/// model is cut, nor on what else was drawn. Make one for each step, with a seed of that step.
///
/// @param probability of dropping an element, 0 to below 1
/// @param seed of this step
public record Dropout(double probability, long seed) {
    /// No dropout: evaluation.
    public static final Dropout OFF = new Dropout(0, 0);

    /// `x` with elements dropped and the others scaled by 1/(1-p); `x` itself if p is 0.
    public NDArray apply(NDArray x, String layer) {
        if (probability == 0) {
            return x;
        }
        RandomGenerator random = Seeds.stream(seed, layer);
        float[] mask = new float[Math.toIntExact(x.size())];
        float keep = (float) (1 / (1 - probability));
        for (int i = 0; i < mask.length; i++) {
            mask[i] = random.nextFloat() < probability ? 0 : keep;
        }
        return x.mul(
                Tensors.toEngine(x.getManager(), new FloatTensor(x.getShape().getShape(), mask)));
    }
}
