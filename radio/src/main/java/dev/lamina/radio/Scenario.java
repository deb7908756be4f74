package dev.lamina.radio;

/// An environment of TR 38.901.
public enum Scenario {
    /// UMa: station above the roofs, 25 m.
    URBAN_MACRO,
    /// UMi, street canyon: station below the roofs, 10 m.
    URBAN_MICRO
}
