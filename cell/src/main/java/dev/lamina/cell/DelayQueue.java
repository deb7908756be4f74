package dev.lamina.cell;

/// The virtual queue of a long-term mean: Q(t+1) = max(Q(t) + T(t) - T_avg, 0). A value of it:
/// small and immutable.
///
/// By summation, (1/R) Σ T(t) - T_avg <= (Q(R) - Q(0)) / R, with equality while the queue never
/// runs empty: a queue that grows slower than the rounds keeps the mean within the budget.
///
/// @param value Q, in the unit of what is budgeted
/// @param budget its mean in the long run
public record DelayQueue(double value, double budget) {
    public DelayQueue {
        Checks.notNegative("queue", value);
        Checks.positive("budget", budget);
    }

    /// The queue after a round that took so much.
    public DelayQueue served(double amount) {
        Checks.notNegative("amount", amount);
        return new DelayQueue(Math.max(value + amount - budget, 0), budget);
    }
}
