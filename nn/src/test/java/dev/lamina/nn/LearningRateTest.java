package dev.lamina.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRateTest {
    @Test
    void warmsUpLinearlyAndDecays() {
        LearningRate linear = new LearningRate(1, LearningRate.Decay.LINEAR, 4, 14);
        assertThat(linear.at(0)).isEqualTo(0.25);
        assertThat(linear.at(3)).isEqualTo(1);
        assertThat(linear.at(4)).isEqualTo(1);
        assertThat(linear.at(9)).isCloseTo(0.5, within(1e-12));
        assertThat(linear.at(13)).isPositive();
        assertThat(linear.at(14)).isZero();
        LearningRate cosine = new LearningRate(1, LearningRate.Decay.COSINE, 4, 14);
        assertThat(cosine.at(9)).isCloseTo(0.5, within(1e-12));
        assertThat(cosine.at(5)).isGreaterThan(linear.at(5));
        assertThat(new LearningRate(0.3, LearningRate.Decay.CONSTANT, 0, 5).at(100)).isEqualTo(0.3);
    }

    @Test
    void refusesWhatIsNoSchedule() {
        for (double peak : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new LearningRate(peak, LearningRate.Decay.LINEAR, 0, 5))
                    .hasMessageContaining("" + peak);
        }
        assertThatThrownBy(() -> new LearningRate(1, LearningRate.Decay.LINEAR, 6, 5))
                .hasMessageContaining("6 of 5");
    }

    @Test
    void clippingBoundsTheCommonNorm() {
        FloatTensor a = new FloatTensor(new long[] {2}, new float[] {3, 0});
        FloatTensor b = new FloatTensor(new long[] {1}, new float[] {4});
        assertThat(Gradients.clip(List.of(a, b), 10)).isEqualTo(5);
        assertThat(a.values()).containsExactly(3, 0);
        assertThat(Gradients.clip(List.of(a, b), 1)).isEqualTo(5);
        assertThat(Gradients.norm(List.of(a, b))).isCloseTo(1, within(1e-6));
        assertThat(a.values()[0]).isCloseTo(0.6f, within(1e-6f));
    }
}
