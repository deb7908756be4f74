package dev.lamina.train;

/// What becomes of a head that is on the device.
public enum HeadRule {
    /// The device trains it; at a round's end the heads are averaged, as adapters are.
    AVERAGED,
    /// The device sends the head's gradient at a round's end. Gradients are averaged, and the
    /// server takes the step: one head for all ([A] II-A with `--head shared`).
    GRADIENTS,
    /// The device trains it and never sends it (`--head personal`).
    PERSONAL
}
