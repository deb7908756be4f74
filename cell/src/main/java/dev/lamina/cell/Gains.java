package dev.lamina.cell;

/// Power gains of all links, for instance of a measured trace.
@FunctionalInterface
public interface Gains {
    /// Linear power gain between station and device, path loss and fading together; 0 for no usable
    /// channel.
    double at(int round, int device);
}
