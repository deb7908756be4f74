package dev.lamina.radio;

/// How station and user are joined; each state has tables of its own.
public enum LinkState {
    /// LOS.
    LINE_OF_SIGHT,
    /// NLOS.
    NO_LINE_OF_SIGHT,
    /// O2I: the user is in a building.
    INDOOR
}
