package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SpreadTest {
    private static final double[] EQUAL = {1, 1};

    @Test
    void twoDelaysSpreadByHalfTheirDistance() {
        assertThat(Spread.ofDelays(new double[] {1, 5}, EQUAL)).isEqualTo(2, within(1e-12));
    }

    @Test
    void anglesAreMeasuredAcrossTheWrap() {
        double[] degrees = {175, -165};
        assertThat(Spread.circularMean(degrees, EQUAL)).isEqualTo(-175, within(1e-9));
        assertThat(Spread.aroundMean(degrees, EQUAL)).isEqualTo(10, within(1e-9));
    }

    @Test
    void theTwoDefinitionsAgreeForNarrowSpreadsOnly() {
        assertThat(Spread.annexA(new double[] {-1, 1}, EQUAL)).isEqualTo(1, within(1e-4));
        assertThat(Spread.annexA(new double[] {-80, 80}, EQUAL)).isGreaterThan(100);
    }
}
