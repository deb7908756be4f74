package dev.lamina.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The comparison of section 1.5 of the reference, with our own draws and the tail as the rule's
/// key.
class OrderGapTest {
    @ParameterizedTest
    @CsvSource({
        "strict-longest-tail, 1.092, 1.375",
        "fifo,                1.078, 1.369",
        "longest-tail,        1.032, 1.169",
    })
    void valuesOfTheReference(String order, double mean, double max) {
        OrderGap gap = OrderGap.measure(ServerOrder.parse(order, 1), 400, 1);
        assertThat(gap.order()).isEqualTo(order);
        assertThat(gap.cases()).isEqualTo(400);
        assertThat(gap.meanRatio()).isCloseTo(mean, Offset.offset(0.02));
        assertThat(gap.maxRatio()).isBetween(gap.meanRatio(), max + 0.2);
    }

    @Test
    void theOptimumHasNoGap() {
        OrderGap gap = OrderGap.measure(new ServerOrder.Optimal(), 100, 2);
        assertThat(gap).isEqualTo(new OrderGap("optimal", 100, 1, 1));
    }
}
