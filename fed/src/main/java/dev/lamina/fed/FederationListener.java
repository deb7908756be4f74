package dev.lamina.fed;

import dev.lamina.wire.Offence;

/// Who wants to know which servers come and go. Calls come from several threads, one at a time;
/// rounds are counted from 1.
public interface FederationListener {
    /// Nobody listens.
    FederationListener NONE = new FederationListener() {};

    /// Servers can join.
    default void listening(int port) {}

    /// A server has its assignment and examples, and is ready.
    default void joined(String server, int round) {}

    /// A server's connection is gone.
    default void left(String server, int round) {}

    /// Somebody was turned away, or sent what does not fit.
    default void refused(String who, Offence offence, String reason) {}

    /// A round has started, or begins again because too few came through.
    default void roundStarted(int round, int servers) {}

    /// A server's work in a round does not count.
    default void leftOut(String server, int round, String why) {}
}
