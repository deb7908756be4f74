package dev.lamina.app;

import dev.lamina.air.ArrayLayout;
import dev.lamina.air.Examples;
import dev.lamina.air.Federation;
import dev.lamina.air.ModelKinds;
import dev.lamina.air.PathModel;
import dev.lamina.air.SequenceShape;
import dev.lamina.air.ServerRule;
import dev.lamina.air.Target;
import dev.lamina.air.Tracks;
import dev.lamina.air.TrainedModels;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.air.TrainingConfig;
import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.csi.CsiFiles;
import dev.lamina.nn.LearningRate;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Noise;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// On what, by whom and how a channel predictor is trained.
final class TrainOptions {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";
    private static final String FILES = "files";
    private static final String BOTH = "both";

    @Option(
            names = "--channels",
            paramLabel = "FILE",
            split = ",",
            required = true,
            description = "Channels without noise, one or more files.")
    private List<Path> files = List.of();

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "lam",
            description =
                    "lam (ours, over paths), llm4cp, transformer, cnn, gru, lstm, rnn." + DEFAULT)
    private String model = "lam";

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description =
                    "Begin with this trained predictor (or 'lam', the one that comes with Lamina) instead of a fresh one.")
    private @Nullable String from;

    @Option(
            names = "--backbone",
            paramLabel = "NAME|DIR",
            defaultValue = "minilm",
            description =
                    "Of lam and llm4cp: minilm, bge-small, a directory with a BERT or GPT-2, shape:LAYERSxHIDDENxHEADS with"
                            + " random weights, or fresh:WIDTHxHEADS (trained whole, lam only)."
                            + DEFAULT)
    private String backbone = "minilm";

    @Option(
            names = "--blocks",
            paramLabel = "N",
            defaultValue = "3",
            description = "Of the backbone, the first ones." + DEFAULT)
    private int blocks;

    @Option(
            names = "--rank",
            paramLabel = "R",
            defaultValue = "8",
            description =
                    "Of the low-rank pairs beside the backbone; 0 trains its norms and places instead."
                            + DEFAULT)
    private int rank;

    @Option(
            names = "--history",
            paramLabel = "N",
            defaultValue = "16",
            description = "Steps that are seen." + DEFAULT)
    private int history;

    @Option(
            names = "--horizon",
            paramLabel = "N",
            defaultValue = "4",
            description = "Steps to predict." + DEFAULT)
    private int horizon;

    @Option(
            names = "--band",
            paramLabel = "tdd|fdd|both",
            defaultValue = "tdd",
            description =
                    "Predict the same band, or the upper half of the subcarriers from the lower half; 'both' (lam only)"
                            + " learns both halves from the lower one."
                            + DEFAULT)
    private String band = "tdd";

    @Option(
            names = "--snr",
            paramLabel = "DB..DB|none",
            defaultValue = "5..20",
            description =
                    "Noise on history and labels, drawn for each track; one number for all."
                            + DEFAULT)
    private String snr = "5..20";

    @Option(
            names = "--array",
            paramLabel = "RxCxP",
            description =
                    "How the antennas are arranged, as in 'predict eval'. Default: found from the channels.")
    private @Nullable String array;

    @Option(
            names = "--share",
            paramLabel = "S",
            defaultValue = "1",
            description = "Of the training tracks: 0.01 for few-shot training." + DEFAULT)
    private double share;

    @Option(
            names = "--held-out",
            paramLabel = "S",
            defaultValue = "0.1",
            description = "Share of all tracks that is only judged by." + DEFAULT)
    private double heldOut;

    @Option(
            names = "--servers",
            paramLabel = "N|files",
            defaultValue = "1",
            description =
                    "Edge servers that share out the tracks; 'files' gives each file to a server of its own."
                            + DEFAULT)
    private String servers = "1";

    @Option(
            names = "--by",
            paramLabel = "LABEL",
            description =
                    "Share the tracks out in order of this label ('speed_kmh' for instance), so that servers differ."
                            + " Default: at random.")
    private @Nullable String by;

    @Option(
            names = {"--rounds", "--epochs"},
            paramLabel = "N",
            defaultValue = "10",
            description = "Rounds; with one server, passes over the tracks." + DEFAULT)
    private int rounds;

    @Option(
            names = "--local-epochs",
            paramLabel = "N",
            defaultValue = "1",
            description = "Passes of a server in a round." + DEFAULT)
    private int localEpochs;

    @Option(
            names = "--participation",
            paramLabel = "S",
            defaultValue = "1",
            description = "Share of the servers in a round." + DEFAULT)
    private double participation;

    @Option(
            names = "--server-rule",
            paramLabel = "RULE[:RATE]",
            defaultValue = "average",
            description = "average (FedAvg), momentum (FedAvgM) or adam (FedAdam)." + DEFAULT)
    private String serverRule = "average";

    @Option(
            names = "--personal-heads",
            description = "Each server keeps its output layers to itself.")
    private boolean personalHeads;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description =
                    "Examples in a step: tracks for lam, antennas' sequences for the others. Default: 16 and 64.")
    private @Nullable Integer batch;

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            description =
                    "Highest learning rate; it falls as a cosine. Default: 5e-4 for lam, 1e-3 for the others.")
    private @Nullable Double learningRate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of everything." + DEFAULT)
    private long seed;

    private @Nullable List<Csi> read;

    /// What servers learn from and what they are judged by.
    ///
    /// @param <E> the model's examples
    record Data<E>(List<Examples<E>> servers, Examples<E> heldOut) {
        int trainingTracks() {
            return servers.stream().mapToInt(Examples::tracks).sum();
        }
    }

    long seed() {
        return seed;
    }

    int rounds() {
        return rounds;
    }

    /// All that the result depends on.
    String fingerprint() {
        return String.join(
                " ",
                "--channels " + files,
                from == null ? "--model " + model : "--from " + from,
                "--backbone " + backbone,
                "--blocks " + blocks,
                "--rank " + rank,
                "--history " + history,
                "--horizon " + horizon,
                "--band " + band,
                "--snr " + snr,
                "--array " + array,
                "--share " + share,
                "--held-out " + heldOut,
                "--servers " + servers,
                "--by " + by,
                "--rounds " + rounds,
                "--local-epochs " + localEpochs,
                "--participation " + participation,
                "--server-rule " + serverRule,
                "--personal-heads " + personalHeads,
                "--batch " + batch,
                "--lr " + learningRate,
                "--seed " + seed);
    }

    /// The model to train; the caller closes it.
    TrainedPredictor<?> model() {
        BadInputException.check(
                List.of("tdd", "fdd", BOTH).contains(band), "--band " + band, "take tdd or fdd.");
        BadInputException.check(
                share > 0 && share <= 1 && heldOut >= 0 && heldOut < 1,
                "--share " + share + ", --held-out " + heldOut,
                "take shares such as 1 and 0.1.");
        if (from != null) {
            return TrainedModels.named(from);
        }
        BadInputException.check(
                !band.equals(BOTH) || model.equals(TrainedModels.SHIPPED),
                "--band both with --model " + model,
                "take tdd or fdd: only lam can learn both.");
        return ModelKinds.of(
                        model,
                        SequenceShape.of(
                                config(csi().getFirst().shape(), band.equals("fdd"), null)),
                        backbone,
                        blocks,
                        rank)
                .fresh(seed);
    }

    private List<Csi> csi() {
        if (read == null) {
            read = files.stream().map(CsiFiles::read).toList();
        }
        return read;
    }

    /// Of all files, counted once for each band to learn.
    int tracks() {
        return (band.equals(BOTH) ? 2 : 1) * csi().stream().mapToInt(Csi::tracks).sum();
    }

    /// @param above whether the upper half of the subcarriers is to be predicted
    private Tracks.Config config(CsiShape shape, boolean above, @Nullable Noise noise) {
        int seen = band.equals("tdd") ? shape.subcarriers() : shape.subcarriers() / 2;
        return new Tracks.Config(
                history, seen, new Target(horizon, above ? seen : 0, seen), noise, true);
    }

    /// Reads and shares out the tracks.
    ///
    /// @param made is told how many tracks are done
    <E> Data<E> data(TrainedPredictor<E> trained, IntConsumer made) {
        List<Examples<E>> parts = new ArrayList<>();
        List<Integer> fileOf = new ArrayList<>();
        List<Double> labels = new ArrayList<>();
        int before = 0;
        for (int f = 0; f < files.size(); f++) {
            Csi csi = csi().get(f);
            Examples<E> examples = examples(trained, csi, band.equals("fdd"), before, made);
            before += csi.tracks();
            if (band.equals(BOTH)) {
                examples = examples.and(examples(trained, csi, true, before, made));
                before += csi.tracks();
            }
            parts.add(examples);
            for (int i = 0; i < csi.tracks(); i++) {
                fileOf.add(f);
                labels.add(by == null ? 0 : label(csi, i));
            }
        }
        return sharedOut(Examples.joined(parts), fileOf, labels);
    }

    private <E> Examples<E> examples(
            TrainedPredictor<E> trained, Csi csi, boolean above, int before, IntConsumer made) {
        return Examples.of(trained, tracks(csi, above).all(), count -> made.accept(before + count));
    }

    private Tracks tracks(Csi csi, boolean above) {
        Tracks.Config config = config(csi.shape(), above, noise());
        ArrayLayout unknown = ArrayLayout.unknown(csi.shape().antennas());
        ArrayLayout layout =
                array != null
                        ? ArrayLayout.parse(array)
                        : ArrayLayout.infer(
                                new Tracks(csi, unknown, config)
                                                .some(
                                                        IntStream.range(
                                                                        0,
                                                                        Math.min(2, csi.tracks()))
                                                                .toArray())
                                                .stream()
                                                .map(track -> track.history())
                                                .toList());
        return new Tracks(csi, layout, config);
    }

    private double label(Csi csi, int track) {
        double @Nullable [] values = csi.labels().get(by);
        if (values == null) {
            throw new BadInputException(
                    "--by " + by + ": the channels have no such label",
                    "take one of " + csi.labels().keySet() + ".");
        }
        return values[track];
    }

    private @Nullable Noise noise() {
        if (snr.equals("none")) {
            return null;
        }
        int dots = snr.indexOf("..");
        double low = Quantities.number("--snr", dots < 0 ? snr : snr.substring(0, dots));
        double high = dots < 0 ? low : Quantities.number("--snr", snr.substring(dots + 2));
        return new Noise(low, high, seed);
    }

    private <E> Data<E> sharedOut(Examples<E> all, List<Integer> fileOf, List<Double> labels) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, all.tracks()).boxed().toList());
        Collections.shuffle(order, Seeds.stream(seed, "tracks"));
        int judged = (int) Math.round(heldOut * order.size());
        List<Integer> training = order.subList(judged, order.size());
        training = training.subList(0, (int) Math.max(1, Math.round(share * training.size())));
        BadInputException.check(
                !training.isEmpty(),
                all.tracks() + " tracks",
                "give more of them, or a smaller --held-out.");
        List<Integer> dealt = new ArrayList<>(training);
        if (by != null) {
            dealt.sort(Comparator.comparingDouble(labels::get));
        }
        boolean byFile = servers.equals(FILES);
        int count = byFile ? files.size() : (int) Quantities.number("--servers", servers);
        BadInputException.check(
                count >= 1 && count <= dealt.size(),
                "--servers " + servers + " for " + dealt.size() + " training tracks",
                "take at most one server for each track.");
        List<Examples<E>> shares = new ArrayList<>();
        for (int s = 0; s < count; s++) {
            int server = s;
            shares.add(
                    all.some(
                            byFile
                                    ? dealt.stream().filter(i -> fileOf.get(i) == server).toList()
                                    : dealt.subList(
                                            s * dealt.size() / count,
                                            (s + 1) * dealt.size() / count)));
        }
        return new Data<>(shares, all.some(order.subList(0, judged)));
    }

    /// The federation that trains it.
    <E> Federation<E> federation(TrainedPredictor<E> trained, Data<E> data) {
        boolean lam = trained.model() instanceof PathModel;
        int examples = batch != null ? batch : lam ? 16 : 64;
        double rate = learningRate != null ? learningRate : lam ? 5e-4 : 1e-3;
        return new Federation<>(
                trained,
                data.servers(),
                data.heldOut(),
                TrainingConfig.standard(1, seed)
                        .withBatch(examples)
                        .withLearningRate(rate, LearningRate.Decay.COSINE),
                new Federation.Config(
                        rounds,
                        localEpochs,
                        participation,
                        rule(),
                        true,
                        personalHeads,
                        data.servers().size() > 1));
    }

    private ServerRule rule() {
        int colon = serverRule.indexOf(':');
        String name = colon < 0 ? serverRule : serverRule.substring(0, colon);
        ServerRule rule =
                ServerRule.named(
                        name,
                        colon < 0
                                ? null
                                : Quantities.number(
                                        "--server-rule", serverRule.substring(colon + 1)));
        if (rule == null) {
            throw new BadInputException(
                    "--server-rule " + serverRule, "take average, momentum:1 or adam:0.01.");
        }
        return rule;
    }
}
