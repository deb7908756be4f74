package dev.lamina.train;

import dev.lamina.nn.FloatTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a run has come to, round by round, whoever drives it: a simulation or a network.
final class Rounds {
    private final Server server;
    private final Supplier<SequencedMap<String, FloatTensor>> current;
    private final Function<SequencedMap<String, FloatTensor>, Evaluation> evaluate;
    private final List<RoundReport> reports = new ArrayList<>();
    private @Nullable RoundReport best;
    private SequencedMap<String, FloatTensor> bestAdapter;
    private int round;
    private long samples;
    private double loss;

    /// A run before its first round.
    ///
    /// @param server whose global adapter is judged
    /// @param evaluate an adapter on the validation samples
    Rounds(Server server, Function<SequencedMap<String, FloatTensor>, Evaluation> evaluate) {
        this(server, server::global, evaluate);
    }

    /// A run before its first round, whose global adapter is not all that is judged.
    ///
    /// @param current all that is judged, and kept where it is best
    Rounds(
            Server server,
            Supplier<SequencedMap<String, FloatTensor>> current,
            Function<SequencedMap<String, FloatTensor>, Evaluation> evaluate) {
        this.server = server;
        this.current = current;
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

    /// What rounds that were not judged have left for the next report.
    ///
    /// @param samples trained on
    /// @param loss sum over them
    record Unreported(long samples, double loss) {}

    Unreported unreported() {
        return new Unreported(samples, loss);
    }

    /// Ends a round that is not judged, and turns to the next.
    void skip(long ofRound, double lossOfRound) {
        samples += ofRound;
        loss += lossOfRound;
        round++;
    }

    /// Ends the round after the server has aggregated: evaluates the global adapter, and turns to
    /// the next.
    ///
    /// @param ofRound samples trained on in it
    /// @param lossOfRound sum over them
    /// @param doneSteps of all devices since the start
    /// @param simulatedSeconds since the start
    RoundReport end(long ofRound, double lossOfRound, int doneSteps, double simulatedSeconds) {
        skip(ofRound, lossOfRound);
        SequencedMap<String, FloatTensor> adapter = current.get();
        Evaluation validation = evaluate.apply(adapter);
        RoundReport report =
                new RoundReport(
                        round,
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
            bestAdapter = adapter;
        }
        samples = 0;
        loss = 0;
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
        samples = progress.unreported().samples();
        loss = progress.unreported().loss();
        reports.addAll(progress.reports());
        best = progress.best();
    }
}
