package dev.lamina.train;

import dev.lamina.cell.AllocationRun;
import java.util.List;
import java.util.Map;

/// What a wireless cell's rounds came to.
///
/// @param policy who took part
/// @param penaltyWeight V; 1 for a policy that does not know it
/// @param delayBudget T_avg, in seconds
/// @param meanDelay of a round, in simulated seconds
/// @param rounds in order
/// @param roundsOfDevice how often each device took part
/// @param meanJoules of each device in a round, on computing and sending
/// @param starved devices that had no usable channel in any round, with how many rounds these were
/// @param neverScheduled devices that had one, but never took part
public record WirelessResult(
        String policy,
        double penaltyWeight,
        double delayBudget,
        double meanDelay,
        List<AllocationRun.Round> rounds,
        List<Integer> roundsOfDevice,
        List<Double> meanJoules,
        Map<String, Integer> starved,
        List<String> neverScheduled) {}
