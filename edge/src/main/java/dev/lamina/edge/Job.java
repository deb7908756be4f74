package dev.lamina.edge;

/// One device's step, as the server's schedule sees it (derived).
///
/// @param headSeconds r, before its activations have arrived: device forward pass and upload
/// @param serverSeconds p, forward and backward pass on the server, with it alone
/// @param tailSeconds q, after the server is done with it: download and device backward pass
public record Job(double headSeconds, double serverSeconds, double tailSeconds) {
    public Job {
        Checks.notNegative("headSeconds", headSeconds);
        Checks.notNegative("serverSeconds", serverSeconds);
        Checks.notNegative("tailSeconds", tailSeconds);
    }

    /// r + p + q: the step with nobody else there.
    public double totalSeconds() {
        return headSeconds + serverSeconds + tailSeconds;
    }
}
