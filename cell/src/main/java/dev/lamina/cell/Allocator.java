package dev.lamina.cell;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Allocates round after round: a cell, a policy, and the virtual queues between them. Not for
/// several threads. A training run asks for [#next], simulates or measures the round, and tells
/// what it took with [#served].
public final class Allocator {
    private final Cell cell;
    private final AllocationPolicy policy;
    private final double penaltyWeight;
    private final double budgetSeconds;
    private final EnergyBudget energy;
    private QueueState state;

    /// @param penaltyWeight V
    /// @param budgetSeconds T_avg
    /// @throws dev.lamina.base.BadInputException if the policy does not fit the cell, or a number
    ///   is out of range
    public Allocator(
            Cell cell,
            AllocationPolicy policy,
            double penaltyWeight,
            double budgetSeconds,
            EnergyBudget energy) {
        Checks.positive("V", penaltyWeight);
        Checks.positive("budgetSeconds", budgetSeconds);
        int devices = cell.devices().size();
        if (!energy.joulesPerRound().isEmpty()) {
            Checks.sameSize("energy budgets", energy.joulesPerRound().size(), devices);
        }
        policy.check(devices);
        this.cell = cell;
        this.policy = policy;
        this.penaltyWeight = penaltyWeight;
        this.budgetSeconds = budgetSeconds;
        this.energy = energy;
        this.state = new QueueState(0, 0, energy.empty());
    }

    /// What a checkpoint holds, or begins with a queue that is not empty.
    public QueueState state() {
        return state;
    }

    /// Goes on from there.
    public void restore(QueueState other) {
        Checks.sameSize(
                "energy queues", other.energyQueues().size(), energy.joulesPerRound().size());
        state = other;
    }

    /// The problem of the next round.
    ///
    /// @param candidates in any number; their devices index the cell's
    /// @param importance w_t
    public RoundState problem(List<Candidate> candidates, double importance) {
        List<Double> prices =
                state.energyQueues().isEmpty()
                        ? List.of()
                        : candidates.stream()
                                .map(c -> energy.weight() * state.energyQueues().get(c.device()))
                                .toList();
        return new RoundState(
                state.round(),
                importance,
                state.queueSeconds(),
                penaltyWeight,
                budgetSeconds,
                prices,
                cell.spec().band(),
                candidates);
    }

    /// Allocates the next round on the cell's channels.
    ///
    /// @param loads one for each device
    /// @param importance w_t
    public Allocation next(List<DeviceLoad> loads, double importance) {
        return next(problem(cell.candidates(state.round(), loads), importance));
    }

    /// Allocates, and checks what a policy of one's own gave.
    public Allocation next(RoundState problem) {
        Allocation allocation = policy.allocate(problem);
        return Allocation.of(problem, allocation.shares(), allocation.lowerBound());
    }

    /// The round is over.
    ///
    /// @param seconds that it took
    /// @param joules of each device of the cell; empty without budgets of energy
    public void served(double seconds, List<Double> joules) {
        List<Double> queues = new ArrayList<>(state.energyQueues().size());
        if (!state.energyQueues().isEmpty()) {
            Checks.sameSize("energies", joules.size(), state.energyQueues().size());
            for (int k = 0; k < joules.size(); k++) {
                queues.add(
                        new DelayQueue(state.energyQueues().get(k), energy.joulesPerRound().get(k))
                                .served(joules.get(k))
                                .value());
            }
        }
        state =
                new QueueState(
                        state.round() + 1,
                        new DelayQueue(state.queueSeconds(), budgetSeconds).served(seconds).value(),
                        queues);
    }

    /// The energy of each device of the cell in a round.
    public List<Double> joules(RoundState problem, Allocation allocation) {
        List<Double> joules = new ArrayList<>(Collections.nCopies(cell.devices().size(), 0.0));
        for (int i : allocation.scheduled()) {
            Candidate candidate = problem.candidates().get(i);
            joules.set(candidate.device(), candidate.joules(allocation.share(i), problem.band()));
        }
        return joules;
    }
}
