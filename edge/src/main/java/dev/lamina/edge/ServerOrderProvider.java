package dev.lamina.edge;

/// Adds an order of one's own. Put the class on the class path, and its name into the file
/// `META-INF/services/dev.lamina.edge.ServerOrderProvider`; [ServerOrder#parse] and with it the
/// command line then know the order by its name.
public interface ServerOrderProvider {
    /// What the command line calls the order, which is also its [ServerOrder#spec]. A built-in name
    /// stays the built-in order's.
    String name();

    /// Makes the order.
    ///
    /// @param seed of everything random in it
    ServerOrder create(long seed);
}
