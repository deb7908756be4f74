package dev.lamina.cell;

/// Adds a policy of one's own. Put the class on the class path, and its name into the file
/// `META-INF/services/dev.lamina.cell.AllocationPolicyProvider`; [AllocationPolicy#parse] and with
/// it the command line then know the policy by its name.
public interface AllocationPolicyProvider {
    /// What the command line calls the policy. A built-in name stays the built-in policy's.
    String name();

    /// Makes the policy.
    ///
    /// @param argument what stands after the colon; empty if there is none
    /// @param seed of everything random in it
    AllocationPolicy create(String argument, long seed);
}
