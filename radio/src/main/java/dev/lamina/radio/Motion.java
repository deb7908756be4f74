package dev.lamina.radio;

/// How rays change while the user moves.
public enum Motion {
    /// Plane waves: directions and delays stay, only the Doppler factor turns.
    CONSTANT_RAYS,
    /// Every ray comes from a last scatterer at a fixed place, so that delays, directions of
    /// arrival and phases follow the user (derived; see [RayDrift]).
    DRIFTING
}
