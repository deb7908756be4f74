package dev.lamina.serve;

/// A kind of service. Who adds one writes one class, and its name into
/// `META-INF/services/dev.lamina.serve.ServiceKind`.
public interface ServiceKind {
    /// What a flow file calls it: `ocr-detector`.
    String name();

    /// A sentence on what it does and which settings it takes.
    String description();

    /// What goes in and out with these settings. Nothing is loaded for it.
    ///
    /// @throws dev.lamina.base.BadInputException if a setting cannot be used
    Signature signature(Settings settings);

    /// Memory that a replica needs, in bytes: weights and what a batch takes. Declared, so that a
    /// placement can be made before anything is loaded; measured values are in a node's status.
    long memoryBytes(Settings settings);

    /// How many items a batch may have; 1 where a batch does not pay.
    default int largestBatch(Settings settings) {
        return 1;
    }

    /// Whether an item takes less time than handing it to another thread. Then callers run the
    /// service themselves, several at once: it must bear that.
    default boolean quick() {
        return false;
    }

    /// Makes a replica: reads weights, ready to run.
    ///
    /// @throws dev.lamina.base.BadInputException if a setting names what is not there
    Service load(Settings settings);
}
