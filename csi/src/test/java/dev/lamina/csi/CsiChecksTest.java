package dev.lamina.csi;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CsiChecksTest {
    private final Csi csi = TestCsi.random(1, 6, new CsiShape(3, 4, 2));

    @Test
    void finiteChannelsPass() {
        csi.track(0)[3] = 0;
        assertThatCode(() -> CsiChecks.check(csi, "it")).doesNotThrowAnyException();
    }

    @Test
    void infinityIsNamedWithItsPlace() {
        csi.track(4)[2 * (2 * 8 + 3 * 2 + 1) + 1] = Float.NEGATIVE_INFINITY;
        assertThatThrownBy(() -> CsiChecks.check(csi, "it"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(
                        "it: track 4 of 6 has -Infinity at step 2, subcarrier 3, antenna 1");
    }

    @Test
    void tracksOfZerosAreCounted() {
        Arrays.fill(csi.track(3), 0);
        Arrays.fill(csi.track(5), -0f);
        assertThatThrownBy(() -> CsiChecks.check(csi, "it"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("2 of 6 tracks are all zero, the first is track 3");
    }
}
