package dev.lamina.nn;

/// Learning rate by step: linear warm-up from 0 to the peak, then a decay to 0 at the last step.
///
/// @param peak highest rate
/// @param decay shape after warm-up
/// @param warmupSteps steps of the warm-up; 0 for none
/// @param totalSteps steps in all, at least 1
public record LearningRate(double peak, Decay decay, int warmupSteps, int totalSteps) {
    /// Shape after the warm-up.
    public enum Decay {
        CONSTANT,
        LINEAR,
        COSINE
    }

    public LearningRate {
        if (!(peak > 0)
                || Double.isInfinite(peak)
                || totalSteps < 1
                || warmupSteps < 0
                || warmupSteps > totalSteps) {
            throw new IllegalArgumentException(
                    "learning rate "
                            + peak
                            + ", warm-up "
                            + warmupSteps
                            + " of "
                            + totalSteps
                            + " steps");
        }
    }

    /// The rate of a step, counted from 0; the last step's is above 0, those after it are 0
    /// (constant: the peak).
    public double at(int step) {
        if (step < warmupSteps) {
            return peak * (step + 1) / warmupSteps;
        }
        double progress =
                Math.min(1, (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
        return switch (decay) {
            case CONSTANT -> peak;
            case LINEAR -> peak * (1 - progress);
            case COSINE -> peak * 0.5 * (1 + Math.cos(Math.PI * progress));
        };
    }
}
