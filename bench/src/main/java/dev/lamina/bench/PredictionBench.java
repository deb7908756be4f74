package dev.lamina.bench;

import dev.lamina.air.ArrayLayout;
import dev.lamina.air.PredictionScores;
import dev.lamina.air.PredictionSetting;
import dev.lamina.air.PredictionTiming;
import dev.lamina.air.PredictionTrial;
import dev.lamina.air.Predictor;
import dev.lamina.bench.PredictionSettings.Part;
import dev.lamina.nn.Tensors;
import dev.lamina.radio.ChannelGenerator;
import dev.lamina.radio.ChannelSpec;
import dev.lamina.radio.Csi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// How channel predictors do under LLM4CP's protocols and beside them: by speed, by noise, in
/// settings that none was trained in, in rate and in time. The channels are generated; nothing is
/// trained.
///
/// TDD: the lower 48 of 96 subcarriers, with noise. FDD: the upper 48 from the lower 48, without
/// (reference 3.1).
public final class PredictionBench {
    private static final double GEMM_SECONDS_PER_WARMUP = 0.5;

    private final PredictionSettings settings;
    private final SequencedMap<String, Predictor> models;
    private final IntConsumer progress;
    private final BooleanSupplier stop;
    private final ChannelSpec preset;
    private final Csi channels;
    private final SortedMap<Double, PredictionCase> tdd = new TreeMap<>();
    private int done;

    /// @param models by the name they have in the tables; `persistence` and `ar`, which say what is
    ///   weak, must be among them
    /// @param progress is told after each track how many are done, of [#tracks]
    /// @param stop asked before each track
    public PredictionBench(
            PredictionSettings settings,
            SequencedMap<String, Predictor> models,
            IntConsumer progress,
            BooleanSupplier stop) {
        this.settings = settings;
        this.models = models;
        this.progress = progress;
        this.stop = stop;
        preset = settings.preset();
        channels = new ChannelGenerator(preset);
    }

    /// The wish to stop, on its way out.
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /// How many tracks will be predicted, each by all predictors; those that times are taken of not
    /// counted.
    public static int tracks(PredictionSettings settings) {
        TreeSet<Double> ratios = new TreeSet<>();
        if (settings.has(Part.SPEED) || settings.has(Part.ZERO_SHOT) || settings.has(Part.RATE)) {
            ratios.add(PredictionSettings.SNR_DECIBELS);
        }
        if (settings.has(Part.SNR)) {
            ratios.addAll(settings.snrDecibels());
        }
        int cases = ratios.size();
        cases += settings.has(Part.SPEED) || settings.has(Part.RATE) ? 1 : 0;
        cases += settings.has(Part.ZERO_SHOT) ? ZeroShot.all(settings.preset()).size() : 0;
        return cases * settings.preset().tracks();
    }

    /// Runs the parts asked for.
    ///
    /// @return null if it was stopped
    public @Nullable PredictionResult run() {
        Tensors.useThreads(1); // tracks side by side make better use of the cores
        try {
            boolean bySpeed = settings.has(Part.SPEED) || settings.has(Part.RATE);
            PredictionCase same = bySpeed ? tdd(PredictionSettings.SNR_DECIBELS) : null;
            PredictionCase other = bySpeed ? fdd() : null;
            SortedMap<Double, PredictionCase> bySnr = new TreeMap<>();
            if (settings.has(Part.SNR)) {
                settings.snrDecibels().forEach(ratio -> bySnr.put(ratio, tdd(ratio)));
            }
            return new PredictionResult(
                    settings,
                    List.copyOf(models.sequencedKeySet()),
                    channels.tracks(),
                    same,
                    other,
                    bySnr,
                    settings.has(Part.ZERO_SHOT) ? zeroShot() : List.of(),
                    settings.has(Part.TIME) ? timing() : null);
        } catch (Stopped e) {
            return null;
        }
    }

    /// LLM4CP's setting and protocol with this noise; tried once.
    private PredictionCase tdd(double snrDecibels) {
        PredictionCase known = tdd.get(snrDecibels);
        if (known == null) {
            String name = "UMa NLOS, 2.4 GHz, " + ZeroShot.layout(preset);
            known = trial("", name, tddTrial(preset, snrDecibels));
            tdd.put(snrDecibels, known);
        }
        return known;
    }

    private PredictionTrial tddTrial(ChannelSpec spec, double snrDecibels) {
        return new PredictionTrial(
                new LowerBand(new ChannelGenerator(spec)),
                setting(false, snrDecibels, ZeroShot.layout(spec)));
    }

    private PredictionCase fdd() {
        PredictionSetting setting =
                setting(true, Double.POSITIVE_INFINITY, ZeroShot.layout(preset));
        return trial("", "FDD", new PredictionTrial(channels, setting));
    }

    private PredictionSetting setting(boolean otherBand, double snrDecibels, ArrayLayout layout) {
        return new PredictionSetting(
                PredictionSettings.HISTORY,
                PredictionSettings.HORIZON,
                otherBand,
                snrDecibels,
                layout,
                settings.seed());
    }

    private List<PredictionCase> zeroShot() {
        List<PredictionCase> cases = new ArrayList<>();
        cases.add(tdd(PredictionSettings.SNR_DECIBELS));
        for (ZeroShot other : ZeroShot.all(preset)) {
            cases.add(
                    trial(
                            other.group(),
                            other.name(),
                            tddTrial(other.spec(), PredictionSettings.SNR_DECIBELS)));
        }
        return cases;
    }

    private PredictionCase trial(String group, String name, PredictionTrial trial) {
        Map<String, String> refusals = new LinkedHashMap<>();
        List<Predictor> able = new ArrayList<>();
        models.forEach((model, predictor) -> {
            String refusal = trial.refusal(predictor);
            if (refusal == null) {
                able.add(predictor);
            } else {
                refusals.put(model, refusal);
            }
        });
        int before = done;
        PredictionScores scores =
                trial.run(able, settings.threads(), count -> progress.accept(before + count), stop);
        if (scores == null) {
            throw new Stopped();
        }
        done += scores.tracks();
        List<PredictionCase.Entry> entries = new ArrayList<>();
        int next = 0;
        for (String model : models.sequencedKeySet()) {
            String refusal = refusals.get(model);
            entries.add(
                    new PredictionCase.Entry(
                            model, refusal == null ? scores.models().get(next++) : null, refusal));
        }
        return new PredictionCase(
                group, name, trial.setting().noisyFloor(), scores.perfectRate(), entries);
    }

    private PredictionResult.Timing timing() {
        PredictionTrial trial = tddTrial(preset, PredictionSettings.SNR_DECIBELS);
        int users = Math.min(settings.timedUsers(), channels.tracks());
        PredictionTiming timing = trial.timing(users);
        Map<String, PredictionTiming.Times> times = new LinkedHashMap<>();
        models.forEach((model, predictor) -> {
            if (trial.refusal(predictor) == null) {
                PredictionTiming.Times taken =
                        timing.of(predictor, settings.threads(), settings.warmupSeconds(), stop);
                if (taken == null) {
                    throw new Stopped();
                }
                times.put(model, taken);
            }
        });
        double seconds = GEMM_SECONDS_PER_WARMUP * settings.warmupSeconds();
        return new PredictionResult.Timing(
                users,
                GemmRate.measure(1, seconds),
                GemmRate.measure(settings.threads(), seconds),
                times);
    }
}
