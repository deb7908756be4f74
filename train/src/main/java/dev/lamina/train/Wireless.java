package dev.lamina.train;

import dev.lamina.base.BadInputException;
import dev.lamina.cell.CellSpec;
import dev.lamina.cell.Importance;
import dev.lamina.cell.Position;
import java.util.List;

/// The wireless cell that the devices of a run are in, and how its bandwidth is given out in each
/// round ([A] II-A). It takes the place of the links in the devices' profiles.
///
/// @param cell its geometry and radio
/// @param positions of the devices; none to have them placed from the run's seed
/// @param policy who takes part in a round, with which share: [dev.lamina.cell.AllocationPolicy]
/// @param budgetSeconds T_avg, the mean delay of a round; 0 for what the quickest devices with two
///   batches would take in the mean, with the best shares
/// @param joulesPerRound mean energy of each device in a round, by `online`; 0 for no limit
/// @param queueRounds v: V is v T_avg / λ*, so that the virtual queue settles near v budgets
///   (derived; λ* is estimated beforehand, on other draws of the same channels). A larger one comes
///   nearer to the optimum, and takes longer to notice that a budget is overspent
/// @param importance w_t
/// @param transferSeconds what each of a round's four transfers takes beside sending: grants,
///   processing, the way to the server
/// @param rounds in all; 0 for as many as the epochs make if everybody takes part
/// @param judgeSamples samples trained on after which the model is judged; 0 for the run's number
///   of times, evenly over the rounds
public record Wireless(
        CellSpec cell,
        List<Position> positions,
        String policy,
        double budgetSeconds,
        double joulesPerRound,
        double queueRounds,
        Importance importance,
        double transferSeconds,
        int rounds,
        int judgeSamples) {
    /// 5 ms: nominal.
    public static final double TRANSFER_SECONDS = 5e-3;

    public Wireless {
        positions = List.copyOf(positions);
        BadInputException.check(
                budgetSeconds >= 0 && budgetSeconds < Double.POSITIVE_INFINITY,
                "delay-budget " + budgetSeconds + " is not a number of seconds",
                "leave it out for what the quickest devices with two batches take.");
        BadInputException.check(
                joulesPerRound >= 0 && joulesPerRound < Double.POSITIVE_INFINITY,
                "energy-budget " + joulesPerRound + " is not a number of joules",
                "leave it out for no limit.");
        BadInputException.check(
                queueRounds > 0 && queueRounds < 1e6,
                "queue-rounds " + queueRounds + " is not above 0 and below 1e6",
                "take --queue-rounds 10.");
        BadInputException.check(
                transferSeconds >= 0 && transferSeconds < Double.POSITIVE_INFINITY,
                "transferSeconds " + transferSeconds + " is not 0 or above",
                "take 0.005.");
        BadInputException.check(
                rounds >= 0 && judgeSamples >= 0,
                "rounds " + rounds + " or judgeSamples " + judgeSamples + " is below 0",
                "take 0.");
    }

    /// The same in another cell.
    public Wireless withCell(CellSpec other) {
        return new Wireless(
                other,
                positions,
                policy,
                budgetSeconds,
                joulesPerRound,
                queueRounds,
                importance,
                transferSeconds,
                rounds,
                judgeSamples);
    }

    /// The same under another policy.
    public Wireless withPolicy(String other, Importance weights) {
        return new Wireless(
                cell,
                positions,
                other,
                budgetSeconds,
                joulesPerRound,
                queueRounds,
                weights,
                transferSeconds,
                rounds,
                judgeSamples);
    }
}
