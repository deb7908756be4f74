package dev.lamina.air;

import dev.lamina.base.BadInputException;
import dev.lamina.nn.LearningRate;

/// How a [Trainer] trains.
///
/// @param batch examples in a step
/// @param epochs passes over the training examples; in federated training of all rounds together
/// @param maxSteps training ends after so many steps, if the epochs do not end before
/// @param learningRate the highest
/// @param decay of the learning rate over all steps
/// @param warmup share of the steps in which the learning rate rises
/// @param weightDecay of AdamW
/// @param clipNorm gradients are scaled down to this norm; infinity for never
/// @param varied whether examples are changed at random ([Trainable#varied])
/// @param seed of order, variation and dropout
public record TrainingConfig(
        int batch,
        int epochs,
        int maxSteps,
        double learningRate,
        LearningRate.Decay decay,
        double warmup,
        double weightDecay,
        double clipNorm,
        boolean varied,
        long seed) {
    public TrainingConfig {
        BadInputException.check(
                batch >= 1 && epochs >= 1 && maxSteps >= 1,
                "batch " + batch + ", epochs " + epochs + ", at most " + maxSteps + " steps",
                "take --batch 64 --epochs 50.");
        BadInputException.check(
                learningRate > 0 && learningRate < Double.POSITIVE_INFINITY,
                "learning rate " + learningRate + " is not above 0",
                "take --lr 1e-3.");
        BadInputException.check(
                warmup >= 0 && warmup <= 1 && weightDecay >= 0 && clipNorm > 0,
                "warm-up " + warmup + ", weight decay " + weightDecay + ", clip norm " + clipNorm,
                "take 0.05, 1e-4 and 1.");
    }

    /// Batches of 64, a learning rate of 1e-3 with cosine decay after a short warm-up, weight decay
    /// 1e-4, gradients of norm 1 at most.
    public static TrainingConfig standard(int epochs, long seed) {
        return new TrainingConfig(
                64,
                epochs,
                Integer.MAX_VALUE,
                1e-3,
                LearningRate.Decay.COSINE,
                0.05,
                1e-4,
                1,
                false,
                seed);
    }

    public TrainingConfig withBatch(int other) {
        return with(other, epochs, maxSteps, learningRate, decay, warmup, varied, seed);
    }

    public TrainingConfig withEpochs(int other) {
        return with(batch, other, maxSteps, learningRate, decay, warmup, varied, seed);
    }

    public TrainingConfig withMaxSteps(int other) {
        return with(batch, epochs, other, learningRate, decay, warmup, varied, seed);
    }

    public TrainingConfig withLearningRate(double peak, LearningRate.Decay shape) {
        return with(batch, epochs, maxSteps, peak, shape, warmup, varied, seed);
    }

    public TrainingConfig withWarmup(double share) {
        return with(batch, epochs, maxSteps, learningRate, decay, share, varied, seed);
    }

    public TrainingConfig withVariation() {
        return with(batch, epochs, maxSteps, learningRate, decay, warmup, true, seed);
    }

    public TrainingConfig withSeed(long other) {
        return with(batch, epochs, maxSteps, learningRate, decay, warmup, varied, other);
    }

    private TrainingConfig with(
            int batch,
            int epochs,
            int maxSteps,
            double learningRate,
            LearningRate.Decay decay,
            double warmup,
            boolean varied,
            long seed) {
        return new TrainingConfig(
                batch,
                epochs,
                maxSteps,
                learningRate,
                decay,
                warmup,
                weightDecay,
                clipNorm,
                varied,
                seed);
    }
}
