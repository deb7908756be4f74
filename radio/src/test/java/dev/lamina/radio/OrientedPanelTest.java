package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class OrientedPanelTest {
    @Test
    void theElementFallsBy12DecibelsAtItsWidthAndBy30AtMost() {
        AntennaElement element = AntennaElement.DIRECTIONAL;
        assertThat(element.gainDecibels(Math.PI / 2, 0)).isEqualTo(8);
        assertThat(element.gainDecibels(Math.PI / 2, Math.toRadians(32.5)))
                .isEqualTo(5, within(1e-9));
        assertThat(element.gainDecibels(Math.toRadians(155), 0)).isEqualTo(-4, within(1e-9));
        assertThat(element.gainDecibels(Math.PI / 2, Math.PI)).isEqualTo(-22);
        assertThat(element.field(Math.PI / 2, 0)).isEqualTo(Math.pow(10, 0.4), within(1e-9));
        assertThat(AntennaElement.OMNIDIRECTIONAL.gainDecibels(0, 0)).isZero();
    }

    /// Against ψ and the local angles as TR 38.901, 7.1, writes them.
    @Test
    void turnedFieldsFollowTheFormulasForLocalAnglesAndPsi() {
        RandomGenerator random = Seeds.stream(1, "orientations");
        for (int i = 0; i < 200; i++) {
            double a = 2 * Math.PI * random.nextDouble();
            double b = Math.PI * (random.nextDouble() - 0.5);
            double c = 2 * Math.PI * random.nextDouble();
            double theta = Math.PI * random.nextDouble();
            double phi = 2 * Math.PI * (random.nextDouble() - 0.5);
            double slant = 360 * random.nextDouble();
            Orientation orientation =
                    new Orientation(Math.toDegrees(a), Math.toDegrees(b), Math.toDegrees(c));
            OrientedPanel panel =
                    new OrientedPanel(
                            Panel.of(AntennaElement.DIRECTIONAL, 1, 1, List.of(slant)),
                            orientation);
            OrientedPanel.Response response = panel.new Response();
            panel.respond(theta, phi, response);

            double cosTheta =
                    Math.cos(b) * Math.cos(c) * Math.cos(theta)
                            + (Math.sin(b) * Math.cos(c) * Math.cos(phi - a)
                                            - Math.sin(c) * Math.sin(phi - a))
                                    * Math.sin(theta);
            double localTheta = Math.acos(cosTheta);
            double localPhi =
                    Math.atan2(
                            Math.cos(b) * Math.sin(c) * Math.cos(theta)
                                    + (Math.sin(b) * Math.sin(c) * Math.cos(phi - a)
                                                    + Math.cos(c) * Math.sin(phi - a))
                                            * Math.sin(theta),
                            Math.cos(b) * Math.sin(theta) * Math.cos(phi - a)
                                    - Math.sin(b) * Math.cos(theta));
            double psi =
                    Math.atan2(
                            Math.sin(c) * Math.cos(phi - a)
                                    + Math.sin(b) * Math.cos(c) * Math.sin(phi - a),
                            Math.sin(c) * Math.cos(theta) * Math.sin(phi - a)
                                    + Math.cos(c)
                                            * (Math.cos(b) * Math.sin(theta)
                                                    - Math.sin(b)
                                                            * Math.cos(theta)
                                                            * Math.cos(phi - a)));
            double field = AntennaElement.DIRECTIONAL.field(localTheta, localPhi);
            double turned = Math.toRadians(slant) + psi;
            assertThat(response.zenithField[0])
                    .as("F_theta, orientation %d", i)
                    .isEqualTo(field * Math.cos(turned), within(1e-9));
            assertThat(response.azimuthField[0])
                    .as("F_phi, orientation %d", i)
                    .isEqualTo(field * Math.sin(turned), within(1e-9));
        }
    }

    /// Ports [panel row, panel column, row, column, slant], each the sum over its elements' places.
    @Test
    void portsAreSumsOverElementsAtTheirPlaces() {
        Panel panel =
                new Panel(
                        AntennaElement.OMNIDIRECTIONAL,
                        4,
                        4,
                        0.5,
                        Panel.CROSSED,
                        2,
                        2,
                        102,
                        2,
                        3,
                        2.5);
        OrientedPanel oriented = new OrientedPanel(panel, new Orientation(30, 10, 0));
        OrientedPanel.Response response = oriented.new Response();
        double zenith = 1.3;
        double azimuth = 0.9;
        oriented.respond(zenith, azimuth, response);
        float[] row = new float[2 * panel.ports()];
        response.write(new double[] {1, 2}, new double[] {0, 0}, row, 0);
        assertThat(panel.ports()).isEqualTo(48);

        // the direction in the panel's coordinates
        double a = Math.toRadians(30);
        double b = Math.toRadians(10);
        double x = Math.sin(zenith) * Math.cos(azimuth);
        double y = Math.sin(zenith) * Math.sin(azimuth);
        double z = Math.cos(zenith);
        double localY = -Math.sin(a) * x + Math.cos(a) * y;
        double localZ = Math.sin(b) * (Math.cos(a) * x + Math.sin(a) * y) + Math.cos(b) * z;
        int port = 0;
        for (int panelRow = 0; panelRow < 2; panelRow++) {
            for (int panelColumn = 0; panelColumn < 3; panelColumn++) {
                for (int r = 0; r < 4; r += 2) {
                    for (int c = 0; c < 4; c += 2) {
                        double real = 0;
                        double imaginary = 0;
                        for (int k = 0; k < 2; k++) {
                            for (int l = 0; l < 2; l++) {
                                double phase =
                                        2
                                                * Math.PI
                                                * ((2.5 * panelRow + 0.5 * (r + k)) * localZ
                                                        + (2.5 * panelColumn + 0.5 * (c + l))
                                                                * localY
                                                        - 0.5 * k * Math.cos(Math.toRadians(102)));
                                real += Math.cos(phase) / 2;
                                imaginary += Math.sin(phase) / 2;
                            }
                        }
                        for (int slant = 1; slant <= 2; slant++) {
                            assertThat(row[2 * port])
                                    .isEqualTo((float) (slant * real), within(1e-5f));
                            assertThat(row[2 * port + 1])
                                    .isEqualTo((float) (slant * imaginary), within(1e-5f));
                            port++;
                        }
                    }
                }
            }
        }
    }

    @Test
    void panelsThatCannotBeAreRejected() {
        assertThatThrownBy(() -> Panel.of(AntennaElement.DIRECTIONAL, 0, 4, Panel.CROSSED))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("0 x 4");
        assertThatThrownBy(() -> Panel.of(AntennaElement.DIRECTIONAL, 1, 1, List.of()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("0 slants");
        assertThatThrownBy(() ->
                        new Panel(
                                AntennaElement.DIRECTIONAL,
                                4,
                                4,
                                0.5,
                                Panel.CROSSED,
                                3,
                                1,
                                90,
                                1,
                                1,
                                0))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("3 x 1");
    }
}
