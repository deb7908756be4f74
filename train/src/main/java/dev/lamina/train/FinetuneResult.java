package dev.lamina.train;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a run came to; `result.json` has these names.
///
/// @param cuts blocks on each device, where the model is cut
/// @param ranks of each device's adapter
/// @param aggregation how the devices' pairs became one adapter
/// @param leftOut devices that were too small to take part
/// @param accuracy share of test samples classified rightly by the best adapter
/// @param macroF1 mean over classes of F1 on the test samples
/// @param bestRound round of the best validation accuracy, whose adapter is kept
/// @param trainLoss mean of each round, or of the rounds up to each that was judged
/// @param valLoss of the global adapter after each round that was judged
/// @param valAccuracy likewise
/// @param truncation share of the devices' mean product that each aggregation cut off
/// @param aggregationSeconds mean of the aggregations, as measured
/// @param wallSeconds of training and evaluation, as measured, resumed parts added up
/// @param secondsPerStep wall seconds of training for each step of a device
/// @param simulatedSeconds time on the declared devices, links and server, without evaluation
/// @param deviceJoules simulated energy of each device, idle time included
/// @param serverJoules of the server likewise
/// @param roundSeconds simulated time at the end of each round
/// @param uplinkBytes tensors, lengths and labels from devices to the server
/// @param downlinkBytes the other way
/// @param adapterParameters trainable scalars, the head's included
/// @param totalParameters scalars of the frozen model and the adapter
/// @param serverPeakBytes modelled: weights, adapter sets with optimiser state, one device's
///   activations
/// @param devicePeakBytes modelled likewise, for each device
/// @param wireless of the rounds in a wireless cell; null without one
public record FinetuneResult(
        String scheme,
        String model,
        String data,
        int devices,
        List<Integer> cuts,
        List<Integer> ranks,
        String aggregation,
        List<String> leftOut,
        int trainSamples,
        int testSamples,
        int steps,
        int rounds,
        double accuracy,
        double macroF1,
        int bestRound,
        List<Double> trainLoss,
        List<Double> valLoss,
        List<Double> valAccuracy,
        List<Double> truncation,
        double aggregationSeconds,
        double wallSeconds,
        double secondsPerStep,
        double simulatedSeconds,
        List<Double> deviceJoules,
        double serverJoules,
        List<Double> roundSeconds,
        long uplinkBytes,
        long downlinkBytes,
        long adapterParameters,
        long totalParameters,
        long serverPeakBytes,
        List<Long> devicePeakBytes,
        @Nullable WirelessResult wireless,
        long seed) {

    /// @param longest tokens of each device's longest text
    static FinetuneResult of(
            FinetuneSpec spec,
            TaskModel model,
            String data,
            int trainSamples,
            int testSamples,
            Rounds rounds,
            Evaluation tested,
            int steps,
            Costs costs,
            List<Integer> longest,
            @Nullable WirelessResult wireless) {
        List<RoundReport> reports = rounds.reports();
        RoundReport best = rounds.best();
        MemoryModel memory =
                MemoryModel.of(spec, model.backbone().bert().config(), model.labels().size());
        List<BatchShape> batches =
                longest.stream().map(tokens -> new BatchShape(spec.batch(), tokens)).toList();
        return new FinetuneResult(
                spec.scheme().toString(),
                spec.model(),
                data,
                spec.devices().size(),
                spec.scheme().cut() ? spec.cutOfEach() : List.of(),
                spec.rankOfEach(),
                spec.joining().method().toString(),
                model.deployment().leftOut(),
                trainSamples,
                testSamples,
                steps,
                rounds.number(),
                tested.accuracy(),
                tested.macroF1(),
                best == null ? 0 : best.round(),
                reports.stream().map(RoundReport::trainLoss).toList(),
                reports.stream().map(RoundReport::valLoss).toList(),
                reports.stream().map(RoundReport::valAccuracy).toList(),
                reports.stream().map(RoundReport::truncation).toList(),
                reports.stream().mapToDouble(RoundReport::aggregationSeconds).average().orElse(0),
                costs.wallSeconds(),
                costs.trainSeconds() / steps,
                costs.simulated().seconds(),
                costs.simulated().deviceJoules(),
                costs.simulated().serverJoules(),
                reports.stream().map(RoundReport::simulatedSeconds).toList(),
                costs.uplinkBytes(),
                costs.downlinkBytes(),
                model.adapterParameters(),
                model.totalParameters(),
                memory.server(spec, batches),
                memory.devices(spec, batches),
                wireless,
                spec.seed());
    }
}
