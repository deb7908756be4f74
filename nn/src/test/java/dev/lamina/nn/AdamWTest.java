package dev.lamina.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.lamina.base.Seeds;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdamWTest {
    private static final AdamW.Config CONFIG = AdamW.Config.withWeightDecay(0.1);

    private final NDManager manager = Tensors.newManager();

    @AfterEach
    void close() {
        manager.close();
    }

    /// The algorithm of the paper, in double precision, written independently.
    @Test
    void followsTheAlgorithm() {
        double x = 0.5;
        double m = 0;
        double v = 0;
        Parameters parameters = parameters(0.5f);
        AdamW optimiser = new AdamW(CONFIG, parameters);
        RandomGenerator random = Seeds.stream(3, "gradients");
        for (int t = 1; t <= 50; t++) {
            double g = random.nextGaussian();
            double rate = 0.01 / t;
            optimiser.step(gradient((float) g), rate);
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            x -= rate * 0.1 * x;
            x -=
                    rate
                            * (m / (1 - Math.pow(0.9, t)))
                            / (Math.sqrt(v / (1 - Math.pow(0.999, t))) + 1e-8);
            assertThat((double) value(parameters)).as("step " + t).isCloseTo(x, within(1e-6));
        }
        assertThat(optimiser.steps()).isEqualTo(50);
    }

    @Test
    void decayIsDecoupledFromTheGradient() {
        Parameters parameters = parameters(2f);
        new AdamW(CONFIG, parameters).step(gradient(0), 0.5);
        assertThat(value(parameters)).isCloseTo(2f * (1 - 0.05f), within(1e-6f));
    }

    @Test
    void aStoredStateGoesOnToTheBit() {
        Parameters undisturbed = parameters(1f);
        AdamW first = new AdamW(CONFIG, undisturbed);
        first.step(gradient(0.3f), 0.1);
        Parameters taken = parameters(value(undisturbed));
        AdamW second = new AdamW(CONFIG, taken);
        second.restore(first.state());
        first.step(gradient(-0.7f), 0.1);
        second.step(gradient(-0.7f), 0.1);
        assertThat(value(taken)).isEqualTo(value(undisturbed));
        assertThat(second.steps()).isEqualTo(2);
    }

    @Test
    void setsOfOneModelKeepTheirMomentsApart() {
        Parameters a = parameters(1f);
        Parameters b = parameters(1f);
        AdamW first = new AdamW(CONFIG, a);
        AdamW second = new AdamW(CONFIG, b);
        first.step(gradient(1), 0.1);
        first.step(gradient(1), 0.1);
        second.step(gradient(1), 0.1);
        first.step(gradient(-1), 0.1);
        Parameters alone = parameters(1f);
        new AdamW(CONFIG, alone).step(gradient(1), 0.1);
        assertThat(value(b)).isEqualTo(value(alone));
    }

    @Test
    void theLeafMirrorsTheValue() {
        Parameters parameters = parameters(1f);
        new AdamW(CONFIG, parameters).step(gradient(1), 0.1);
        assertThat(Tensors.toJava(parameters.leaf("x")).values())
                .containsExactly(value(parameters));
        parameters.assign(Map.of("x", scalar(5)));
        assertThat(Tensors.toJava(parameters.leaf("x")).values()).containsExactly(5f);
    }

    @Test
    void refusesAStateOfOtherParameters() {
        AdamW optimiser = new AdamW(CONFIG, parameters(1f));
        assertThatThrownBy(() -> optimiser.restore(Map.of())).hasMessageContaining("adamw.m.x");
        assertThatThrownBy(() -> optimiser.step(Map.of(), 0.1)).hasMessageContaining("x");
    }

    private Parameters parameters(float value) {
        return new Parameters(manager, Map.of("x", scalar(value)));
    }

    private static float value(Parameters parameters) {
        return Objects.requireNonNull(parameters.values().get("x")).values()[0];
    }

    private static Map<String, FloatTensor> gradient(float value) {
        return Map.of("x", scalar(value));
    }

    private static FloatTensor scalar(float value) {
        return new FloatTensor(new long[] {1}, new float[] {value});
    }
}
