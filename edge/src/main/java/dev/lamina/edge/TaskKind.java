package dev.lamina.edge;

/// What a task of a round does, and so which resource it takes.
public enum TaskKind {
    /// The device.
    COMPUTE,
    /// The device's uplink.
    UPLOAD,
    /// The server.
    SERVE,
    /// The device's downlink.
    DOWNLOAD,
    /// None; it takes no time.
    BARRIER
}
