package dev.lamina.train;

import dev.lamina.wire.Offence;

/// Who wants to know how a run over a network goes. Calls come from several threads, one at a time.
public interface NetworkListener extends RunListener {
    /// The server can be reached.
    ///
    /// @param limitBytes most payload that it takes in one message of any device
    default void listening(int port, long limitBytes) {}

    /// A device has its assignment and is ready.
    default void joined(String device, int round) {}

    /// A device's connection is gone.
    default void left(String device, int round) {}

    /// Somebody was turned away, or sent what the server does not take.
    default void refused(String who, Offence offence, String reason) {}

    /// A round has started.
    ///
    /// @param round counted from 1
    default void roundStarted(int round, int participants) {}

    /// A device's work in a round does not count.
    ///
    /// @param round counted from 1
    default void leftOut(String device, int round, String why) {}

    /// A device's step was served.
    ///
    /// @param queueSeconds that its activations waited
    /// @param computeSeconds on the server
    default void served(String device, double queueSeconds, double computeSeconds) {}

    /// From the server's answer to a device's next activation so much time has passed: the links
    /// and the device's own work.
    default void roundTrip(String device, double seconds) {}

    /// So many activations wait now.
    default void queued(int length) {}

    /// Bytes have gone over a device's line, framing included.
    default void transferred(String device, long bytesIn, long bytesOut) {}

    /// A part of a round's end has taken so long.
    default void phase(Phase phase, double seconds) {}

    /// Parts of a round's end.
    enum Phase {
        AGGREGATE,
        EVALUATE,
        CHECKPOINT
    }
}
