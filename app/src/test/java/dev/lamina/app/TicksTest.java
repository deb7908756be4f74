package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TicksTest {
    @ParameterizedTest
    @CsvSource({"10,10,1", "11,10,2", "21,10,5", "51,10,10", "0.3,10,0.05", "1e300,10,1e299"})
    void stepsAreRound(double span, int most, double step) {
        assertThat(Ticks.step(span, most)).isCloseTo(step, within(1e-9 * step));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "-0.0,0",
        "1,1",
        "1.5,1.5",
        "-2.25,-2.25",
        "0.88124,0.8812",
        "0.05,0.05",
        "1234.5678,1235",
        "100000,100000",
        "999999.4,999999",
        "1000000,1e6",
        "1250000,1.25e6",
        "-3e300,-3e300",
        "0.00012,1.2e-4",
        "0.001,0.001",
        "NaN,-",
        "0.30000000000000004,0.3"
    })
    void numbersAreShort(double value, String text) {
        assertThat(Ticks.text(value)).isEqualTo(text);
    }
}
