package dev.lamina.train;

import dev.lamina.base.BadInputException;
import dev.lamina.cell.Allocation;
import dev.lamina.cell.AllocationPolicy;
import dev.lamina.cell.AllocationRun;
import dev.lamina.cell.Allocator;
import dev.lamina.cell.Candidate;
import dev.lamina.cell.Cell;
import dev.lamina.cell.Clairvoyant;
import dev.lamina.cell.DeviceLoad;
import dev.lamina.cell.EnergyBudget;
import dev.lamina.cell.Feasibility;
import dev.lamina.cell.QueueState;
import dev.lamina.cell.RoundState;
import dev.lamina.edge.LinkProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Who takes part in a run's rounds in a wireless cell, and over which links: the policy's
/// allocation, round by round, with the delays that come of it in the virtual queue. The policy
/// plans with a formula; the queue sees the simulated round.
final class Scheduling {
    /// Rounds on other draws of the channels, which estimates are made on.
    private static final int ESTIMATE_ROUNDS = 200;

    private static final double ESTIMATE_TOLERANCE = 1e-2;

    /// The budget, if none is given, is what the quickest devices with this many batches take: more
    /// samples than that buy fewer rounds than they cost time (measured: docs/log.md).
    private static final int BATCHES = 2;

    private final Wireless wireless;
    private final StepTime time;
    private final Cell cell;
    private final Allocator allocator;
    private final int rounds;
    private final double budgetSeconds;
    private final double penaltyWeight;
    private final History history;
    private @Nullable RoundState problem;
    private @Nullable Allocation allocation;

    /// What has happened so far, for checkpoints and the result.
    ///
    /// @param queue that the next round starts with
    /// @param rounds in order
    /// @param unusable rounds in which a device had no channel, by device
    /// @param scheduled rounds that a device took part in
    /// @param joules that each device has spent on computing and sending
    record History(
            QueueState queue,
            List<AllocationRun.Round> rounds,
            List<Integer> unusable,
            List<Integer> scheduled,
            List<Double> joules) {}

    /// Prepares a run's rounds.
    ///
    /// @param typical batch of each device
    /// @throws BadInputException if the policy does not fit the cell, or no schedule can keep the
    ///   budget
    Scheduling(
            FinetuneSpec spec,
            Wireless wireless,
            StepTime time,
            int rounds,
            List<BatchShape> typical) {
        this.wireless = wireless;
        this.time = time;
        this.rounds = rounds;
        int devices = typical.size();
        BadInputException.check(
                wireless.positions().isEmpty() || wireless.positions().size() >= devices,
                "%d places for %d devices".formatted(wireless.positions().size(), devices),
                "take fewer --devices, or a larger radius.");
        cell =
                wireless.positions().isEmpty()
                        ? Cell.place(wireless.cell(), devices, spec.seed())
                        : Cell.at(
                                wireless.cell(),
                                wireless.positions().subList(0, devices),
                                spec.seed());
        List<DeviceLoad> loads =
                IntStream.range(0, devices).mapToObj(u -> load(u, typical.get(u))).toList();
        // rounds after the run's: the same statistics, other draws
        Cell others = cell.withGains((round, device) -> cell.gain(rounds + round, device));
        budgetSeconds =
                wireless.budgetSeconds() > 0 ? wireless.budgetSeconds() : usual(others, loads);
        AllocationPolicy policy = AllocationPolicy.parse(wireless.policy(), spec.seed());
        double queue = 0;
        double weight = 1;
        if (policy.name().equals("online")) {
            Feasibility.check(cell, loads, rounds, budgetSeconds);
            Clairvoyant estimate =
                    Clairvoyant.solve(
                            others,
                            loads,
                            ESTIMATE_ROUNDS,
                            wireless.importance(),
                            Math.max(
                                    budgetSeconds,
                                    Feasibility.smallestMeanDelay(others, loads, ESTIMATE_ROUNDS)),
                            ESTIMATE_TOLERANCE);
            if (estimate.multiplier() > 0) {
                queue = wireless.queueRounds() * budgetSeconds;
                weight = queue / estimate.multiplier();
            }
        }
        penaltyWeight = weight;
        allocator = new Allocator(cell, policy, weight, budgetSeconds, energy(devices));
        // the queue begins where it will settle, so that the first rounds do not overspend
        allocator.restore(new QueueState(0, queue, allocator.state().energyQueues()));
        history =
                new History(
                        allocator.state(),
                        new ArrayList<>(),
                        new ArrayList<>(Collections.nCopies(devices, 0)),
                        new ArrayList<>(Collections.nCopies(devices, 0)),
                        new ArrayList<>(Collections.nCopies(devices, 0.0)));
    }

    /// Energies are weighed like delays, budget for budget (derived).
    private EnergyBudget energy(int devices) {
        double joules = wireless.joulesPerRound();
        if (joules == 0) {
            return EnergyBudget.unlimited();
        }
        double ratio = budgetSeconds / joules;
        return new EnergyBudget(Collections.nCopies(devices, joules), ratio * ratio);
    }

    private static double usual(Cell cell, List<DeviceLoad> loads) {
        double batch = loads.stream().mapToInt(DeviceLoad::samples).average().orElse(1);
        return Math.max(
                Feasibility.meanDelay(cell, loads, ESTIMATE_ROUNDS, Math.round(BATCHES * batch)),
                1.2 * Feasibility.smallestMeanDelay(cell, loads, ESTIMATE_ROUNDS));
    }

    private DeviceLoad load(int device, BatchShape batch) {
        return new DeviceLoad(
                batch.texts(),
                time.fixedSeconds(batch, device),
                8 * time.exchangeBytes(batch, device, true),
                8 * time.exchangeBytes(batch, device, false),
                time.lightSeconds(batch, device) * time.profile(device).activeWatts());
    }

    /// Allocates the next round.
    ///
    /// @param batches that the devices would take
    /// @return who takes part, ascending, and over which links
    SequencedMap<Integer, LinkProfile> next(IntFunction<BatchShape> batches) {
        QueueState queue = allocator.state();
        List<DeviceLoad> loads =
                IntStream.range(0, cell.devices().size())
                        .mapToObj(u -> load(u, batches.apply(u)))
                        .toList();
        List<Candidate> candidates = cell.candidates(queue.round(), loads);
        RoundState state =
                allocator.problem(candidates, wireless.importance().weight(queue.round(), rounds));
        Allocation given = allocator.next(state);
        problem = state;
        allocation = given;
        SequencedMap<Integer, LinkProfile> links = new TreeMap<>();
        for (int u : given.scheduled()) {
            Candidate candidate = candidates.get(u);
            double share = given.share(u);
            links.put(
                    u,
                    new LinkProfile(
                            candidate.uplinkBitsPerSecond(share, state.band()),
                            candidate.downlinkBitsPerSecond(share, state.band())));
        }
        return links;
    }

    /// The round took so long.
    void served(double seconds) {
        RoundState state = Objects.requireNonNull(problem);
        Allocation given = Objects.requireNonNull(allocation);
        history.rounds()
                .add(
                        new AllocationRun.Round(
                                seconds,
                                given.samples(),
                                state.queueSeconds(),
                                given.scheduledCount(),
                                state.importance() / given.samples()));
        for (int u = 0; u < given.candidates(); u++) {
            if (!state.candidates().get(u).usable()) {
                history.unusable().set(u, history.unusable().get(u) + 1);
            } else if (given.scheduled(u)) {
                history.scheduled().set(u, history.scheduled().get(u) + 1);
            }
        }
        List<Double> joules = allocator.joules(state, given);
        for (int u = 0; u < joules.size(); u++) {
            history.joules().set(u, history.joules().get(u) + joules.get(u));
        }
        allocator.served(seconds, joules);
    }

    History history() {
        return new History(
                allocator.state(),
                List.copyOf(history.rounds()),
                List.copyOf(history.unusable()),
                List.copyOf(history.scheduled()),
                List.copyOf(history.joules()));
    }

    void restore(History stored) {
        allocator.restore(stored.queue());
        history.rounds().clear();
        history.rounds().addAll(stored.rounds());
        for (int u = 0; u < stored.unusable().size(); u++) {
            history.unusable().set(u, stored.unusable().get(u));
            history.scheduled().set(u, stored.scheduled().get(u));
            history.joules().set(u, stored.joules().get(u));
        }
    }

    /// What the rounds came to.
    WirelessResult result() {
        List<AllocationRun.Round> done = history.rounds();
        Map<String, Integer> starved = new LinkedHashMap<>();
        List<String> never = new ArrayList<>();
        for (int u = 0; u < cell.devices().size(); u++) {
            String name = cell.devices().get(u).name();
            if (!done.isEmpty() && history.unusable().get(u) == done.size()) {
                starved.put(name, done.size());
            } else if (history.scheduled().get(u) == 0) {
                never.add(name);
            }
        }
        return new WirelessResult(
                wireless.policy(),
                penaltyWeight,
                budgetSeconds,
                done.stream().mapToDouble(AllocationRun.Round::seconds).average().orElse(0),
                done,
                List.copyOf(history.scheduled()),
                history.joules().stream().map(j -> done.isEmpty() ? 0 : j / done.size()).toList(),
                starved,
                never);
    }
}
