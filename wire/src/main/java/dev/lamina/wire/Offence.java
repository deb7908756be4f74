package dev.lamina.wire;

/// Why somebody is turned away: a closed set, so that a peer cannot make new series of metrics.
public enum Offence {
    /// No certificate, or one that is not good; or a name that is not the certificate's.
    IDENTITY,
    /// Another major version of the protocol.
    VERSION,
    /// Frames that do not belong here: malformed, too large, damaged, out of order.
    PROTOCOL,
    /// A message that does not fit the run: tensors of another shape or codec, values that are not
    /// finite, a step out of turn.
    CONTENT
}
