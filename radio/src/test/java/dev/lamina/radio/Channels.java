package dev.lamina.radio;

import java.util.Objects;

/// Cells and labels of channels, for tests.
final class Channels {
    private Channels() {}

    static Environment.Cell cell(Scenario scenario, LinkState state, Convention convention) {
        return new Environment.Cell(
                scenario,
                state,
                0,
                convention == Convention.STANDARD,
                convention,
                false,
                false,
                false,
                new UserPlaces.Annulus(100, 2_500));
    }

    static double[] label(Csi csi, String name) {
        return Objects.requireNonNull(csi.labels().get(name), name);
    }
}
