package dev.lamina.cell;

import java.util.List;

/// All that an [Allocator] carries from round to round; for checkpoints.
///
/// @param round the next one
/// @param queueSeconds Q
/// @param energyQueues Z_k, one for each device; empty without budgets
public record QueueState(int round, double queueSeconds, List<Double> energyQueues) {
    public QueueState {
        energyQueues = List.copyOf(energyQueues);
        Checks.notNegative("round", round);
        Checks.notNegative("queueSeconds", queueSeconds);
        energyQueues.forEach(joules -> Checks.notNegative("energyQueue", joules));
    }
}
