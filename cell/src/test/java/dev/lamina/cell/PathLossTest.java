package dev.lamina.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathLossTest {
    private static final PathLoss MACRO = new PathLoss.UrbanMacro();
    private static final PathLoss MICRO = new PathLoss.UrbanMicro();

    /// Computed by hand from the tables of TR 38.901 at 3.5 GHz.
    @ParameterizedTest
    @CsvSource({
        "micro, 100,  true,  85.314",
        "micro, 400,  true,  103.233",
        "micro, 100,  false, 104.644",
        "macro, 100,  true,  83.138",
        "macro, 1000, true,  109.406",
        "macro, 1000, false, 141.666",
    })
    void valuesByHand(String model, double metres, boolean seen, double decibels) {
        PathLoss loss = model.equals("micro") ? MICRO : MACRO;
        assertThat(loss.decibels(metres, 3.5e9, seen)).isCloseTo(decibels, Offset.offset(0.002));
    }

    @Test
    void lineOfSight() {
        assertThat(MICRO.lineOfSightProbability(18)).isEqualTo(1);
        assertThat(MICRO.lineOfSightProbability(100)).isCloseTo(0.230985, Offset.offset(1e-5));
        assertThat(MACRO.lineOfSightProbability(200)).isCloseTo(0.128048, Offset.offset(1e-5));
    }

    /// The two branches of line of sight meet at the breakpoint.
    @Test
    void continuousAtTheBreakpoint() {
        double micro = 4 * 9 * 0.5 * 3.5e9 / 299_792_458;
        assertThat(MICRO.decibels(micro * 1.000001, 3.5e9, true))
                .isCloseTo(MICRO.decibels(micro, 3.5e9, true), Offset.offset(0.01));
        double macro = 4 * 24 * 0.5 * 3.5e9 / 299_792_458;
        assertThat(MACRO.decibels(macro * 1.000001, 3.5e9, true))
                .isCloseTo(MACRO.decibels(macro, 3.5e9, true), Offset.offset(0.01));
    }

    @Test
    void powerLaw() {
        PathLoss loss = new PathLoss.Exponent(40, 3);
        assertThat(loss.decibels(100, 1e9, true)).isCloseTo(100, Offset.offset(1e-9));
        assertThatThrownBy(() -> new PathLoss.Exponent(Double.NaN, 3))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("referenceDecibels is NaN");
    }
}
