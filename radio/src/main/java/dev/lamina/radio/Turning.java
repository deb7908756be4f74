package dev.lamina.radio;

/// How a user's array is turned about the vertical.
public enum Turning {
    /// As its orientation says.
    FIXED,
    /// Its orientation is measured from where the user moves.
    ALONG_MOTION,
    /// Anyhow, differently for each track.
    RANDOM
}
