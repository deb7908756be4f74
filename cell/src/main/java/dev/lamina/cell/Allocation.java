package dev.lamina.cell;

import dev.lamina.base.BadInputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Who takes part in a round, and with which share of the band.
public final class Allocation {
    private final double[] shares;
    private final double predictedSeconds;
    private final long samples;
    private final double lowerBound;

    private Allocation(double[] shares, double seconds, long samples, double lowerBound) {
        this.shares = shares;
        this.predictedSeconds = seconds;
        this.samples = samples;
        this.lowerBound = lowerBound;
    }

    /// Checks shares and makes an allocation of them.
    ///
    /// @param shares in the order of the candidates; 0 for a device that is not scheduled
    /// @param lowerBound of the round's objective; NaN where it is not known
    /// @throws BadInputException if a share is negative or no number, goes to a device without a
    ///   channel, if there is none, or if together they exceed the band
    public static Allocation of(RoundState state, double[] shares, double lowerBound) {
        List<Candidate> candidates = state.candidates();
        Checks.sameSize("shares", shares.length, candidates.size());
        String hint = "mend the policy: shares are 0 or positive, with a sum of at most 1";
        double sum = 0;
        double seconds = 0;
        long samples = 0;
        for (int i = 0; i < shares.length; i++) {
            Candidate candidate = candidates.get(i);
            BadInputException.check(
                    shares[i] == 0
                            || (shares[i] > 0 && Double.isFinite(shares[i]) && candidate.usable()),
                    "in round %d the share of device %d is %s%s"
                            .formatted(
                                    state.round(),
                                    candidate.device(),
                                    shares[i],
                                    candidate.usable() ? "" : ", but it has no channel"),
                    hint);
            if (shares[i] > 0) {
                sum += shares[i];
                samples += candidate.samples();
                seconds = Math.max(seconds, candidate.delaySeconds(shares[i], state.band()));
            }
        }
        BadInputException.check(
                samples > 0 && sum <= 1 + 1e-9,
                "in round %d the shares' sum is %s".formatted(state.round(), sum),
                hint);
        return new Allocation(shares.clone(), seconds, samples, lowerBound);
    }

    /// Of the candidate at this position; 0 if it is not scheduled.
    public double share(int position) {
        return shares[position];
    }

    public boolean scheduled(int position) {
        return shares[position] > 0;
    }

    /// How many candidates there were.
    public int candidates() {
        return shares.length;
    }

    /// Positions of the scheduled candidates, ascending.
    public int[] scheduled() {
        return IntStream.range(0, shares.length).filter(this::scheduled).toArray();
    }

    public int scheduledCount() {
        return (int) Arrays.stream(shares).filter(share -> share > 0).count();
    }

    /// T, when the last scheduled device is through.
    public double predictedSeconds() {
        return predictedSeconds;
    }

    /// N, of all scheduled devices.
    public long samples() {
        return samples;
    }

    /// No allocation has a lower objective than this; NaN where it is not known.
    public double lowerBound() {
        return lowerBound;
    }

    double[] shares() {
        return shares.clone();
    }
}
