package dev.lamina.train;

/// A device's line to the server: in one process a pair of queues, between machines a connection.
/// Roles know nothing else of each other.
public interface Link {
    /// Sends to the server.
    void up(Message message);

    /// The server's next message; waits for it where it has to come over a network.
    Message down();
}
