package dev.lamina.train;

import dev.lamina.nn.FloatTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a run has come to, round by round, whoever drives it: a simulation or a network.
final class Rounds {
    private final Server server;
    private final Function<Map<String, FloatTensor>, Evaluation> evaluate;
    private final List<RoundReport> reports = new ArrayList<>();
    private @Nullable RoundReport best;
    private SequencedMap<String, FloatTensor> bestAdapter;
    private int round;

    /// A run before its first round.
    ///
    /// @param evaluate an adapter on the validation samples
    Rounds(Server server, Function<Map<String, FloatTensor>, Evaluation> evaluate) {
        this.server = server;
        this.evaluate = evaluate;
        this.bestAdapter = server.global();
    }

    /// The round that is under way, counted from 0.
    int number() {
        return round;
    }

    /// Of the rounds that are over.
    List<RoundReport> reports() {
        return reports;
    }

    /// The best of them, by validation accuracy, then loss; null before the first.
    @Nullable RoundReport best() {
        return best;
    }

    /// The global adapter after that round.
    SequencedMap<String, FloatTensor> bestAdapter() {
        return bestAdapter;
    }

    /// Ends the round after the server has aggregated: evaluates the global adapter, and turns to
    /// the next.
    ///
    /// @param samples trained on in the round
    /// @param loss sum over them
    /// @param doneSteps of all devices since the start
    /// @param simulatedSeconds since the start
    RoundReport end(long samples, double loss, int doneSteps, double simulatedSeconds) {
        Evaluation validation = evaluate.apply(server.global());
        RoundReport report =
                new RoundReport(
                        round + 1,
                        doneSteps,
                        loss / samples,
                        validation.loss(),
                        validation.accuracy(),
                        simulatedSeconds,
                        server.lastJoin().truncation(),
                        server.lastJoin().seconds());
        reports.add(report);
        if (best == null || isBetter(report, best)) {
            best = report;
            bestAdapter = server.global();
        }
        round++;
        return report;
    }

    private static boolean isBetter(RoundReport a, RoundReport b) {
        return a.valAccuracy() > b.valAccuracy()
                || (a.valAccuracy() == b.valAccuracy() && a.valLoss() < b.valLoss());
    }

    /// Goes on from a stored state.
    void restore(Checkpoint checkpoint) {
        Checkpoint.Progress progress = checkpoint.progress();
        server.restoreGlobal(checkpoint.part("global."), checkpoint.part("server.next."));
        bestAdapter = checkpoint.part("best.");
        round = progress.round();
        reports.addAll(progress.reports());
        best = progress.best();
    }
}
