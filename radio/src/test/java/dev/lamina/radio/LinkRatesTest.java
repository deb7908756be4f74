package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LinkRatesTest {
    @Test
    void shannonWithGapAndCap() {
        assertThat(LinkRates.shannon(0)).isZero();
        assertThat(LinkRates.shannon(15)).isCloseTo(4, Offset.offset(1e-12));
        assertThat(LinkRates.shannon(30, 10 * Math.log10(2), 8)).isCloseTo(4, Offset.offset(1e-12));
        assertThat(LinkRates.shannon(1e6, 3, 7.4)).isEqualTo(7.4);
        assertThat(LinkRates.shannon(1e-18)).isPositive();
    }

    @Test
    void qualityAtItsThresholds() {
        assertThat(LinkRates.quality(-7)).isZero();
        assertThat(LinkRates.efficiency(0)).isZero();
        assertThat(LinkRates.quality(-6.936)).isEqualTo(1);
        assertThat(LinkRates.quality(10)).isEqualTo(9);
        assertThat(LinkRates.quality(40)).isEqualTo(15);
        assertThat(LinkRates.efficiency(15)).isEqualTo(5.5547);
        assertThatThrownBy(() -> LinkRates.efficiency(16))
                .hasMessageContaining("channel quality indicator is 16");
    }

    /// No code beats Shannon, and none of the table is far from it.
    @Test
    void gapToShannon() {
        for (double decibels = -6.9; decibels < 20; decibels += 0.01) {
            double rate = LinkRates.efficiency(LinkRates.quality(decibels));
            double linear = Math.pow(10, decibels / 10);
            assertThat(rate)
                    .isBetween(
                            LinkRates.shannon(linear, 4.8, 9), LinkRates.shannon(linear, 1.5, 9));
        }
    }
}
