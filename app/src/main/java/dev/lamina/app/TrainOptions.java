package dev.lamina.app;

import dev.lamina.air.ArrayLayout;
import dev.lamina.air.ChannelView;
import dev.lamina.air.Examples;
import dev.lamina.air.Federation;
import dev.lamina.air.ModelKinds;
import dev.lamina.air.PathModel;
import dev.lamina.air.ServerRule;
import dev.lamina.air.TrainableModel;
import dev.lamina.air.TrainedModels;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.air.TrainingConfig;
import dev.lamina.base.BadInputException;
import dev.lamina.csi.CsiFiles;
import dev.lamina.nn.LearningRate;
import dev.lamina.radio.Csi;
import dev.lamina.radio.Noise;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// On what, by whom and how a channel predictor is trained.
final class TrainOptions {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";
    private static final String FILES = "files";
    private static final double USUALLY_HELD_OUT = 0.1;
    private static final int MOST_SERVERS = 1000;

    /// Of the learning rate, with few tracks and a predictor that is good already.
    private static final double TRAINED_BEFORE = 0.2;

    /// For a model that does not care.
    private static final int ANY_SUBCARRIERS = 2;

    @Option(
            names = "--channels",
            paramLabel = "FILE",
            split = ",",
            description =
                    "Channels without noise, one or more files. With --listen they are only judged by, and may be left out.")
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
            description =
                    "Of all tracks, the held-out ones too: 0.01 for few-shot training." + DEFAULT)
    private double share;

    @Option(
            names = "--held-out",
            paramLabel = "S",
            description =
                    "Share of these tracks that is only judged by, one track at least; 0 for none. With --from, the"
                            + " parameters that do best on them are kept, those it began with among them. Default: 0.1.")
    private @Nullable Double heldOut;

    @Option(
            names = "--servers",
            paramLabel = "N|files",
            defaultValue = "1",
            description =
                    "Edge servers that share out the tracks; 'files' gives each file to a server of its own. With --listen:"
                            + " how many are to join."
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
                    "Highest learning rate; it falls as a cosine. Default: 5e-4 for lam, 1e-3 for the others; a fifth of that"
                            + " with --from.")
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

    private double heldOut() {
        return heldOut == null ? USUALLY_HELD_OUT : heldOut;
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
                "--held-out " + heldOut(),
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

    /// Fails unless there are files to train on.
    void checkFiles() {
        BadInputException.check(
                !files.isEmpty(),
                "no --channels are given",
                "take files that 'lamina channels generate' made, or --listen to let others train.");
    }

    /// Fails unless this can be trained by others, who join; how many they are.
    int checkJoined() {
        BadInputException.check(
                !servers.equals(FILES),
                "--servers " + FILES + " with --listen",
                "say how many are to join.");
        BadInputException.check(
                by == null && heldOut == null && share == 1,
                "--by, --held-out or --share with --listen, where tracks are with their servers",
                "leave them out; --channels here are the tracks to judge by.");
        BadInputException.check(
                files.isEmpty() || !personalHeads,
                "--channels with --listen and --personal-heads",
                "leave one out: nobody here knows the servers' heads, so there is nothing to judge.");
        double count = Quantities.number("--servers", servers);
        BadInputException.check(
                count == Math.rint(count) && count >= 1 && count <= MOST_SERVERS,
                "--servers " + servers,
                "take from 1 to " + MOST_SERVERS + ".");
        return (int) count;
    }

    /// Subcarriers of the files; null without any.
    @Nullable Integer subcarriers() {
        return files.isEmpty() ? null : csi().getFirst().shape().subcarriers();
    }

    /// What is seen of the channels.
    ChannelView view() {
        return new ChannelView(
                history,
                horizon,
                ChannelView.Band.parse(band),
                noise(),
                array == null ? null : ArrayLayout.parse(array));
    }

    /// The model to train; the caller closes it.
    ///
    /// @param subcarriers of the channels; null if they are not known
    TrainedPredictor<?> model(@Nullable Integer subcarriers) {
        ChannelView view = view();
        BadInputException.check(
                share > 0 && share <= 1 && heldOut() >= 0 && heldOut() < 1,
                "--share " + share + ", --held-out " + heldOut(),
                "take shares such as 1 and 0.1.");
        if (from != null) {
            return TrainedModels.named(from);
        }
        boolean ours = model.equals(TrainedModels.SHIPPED);
        BadInputException.check(
                view.band() != ChannelView.Band.BOTH || ours,
                "--band both with --model " + model,
                "take tdd or fdd: only lam can learn both.");
        BadInputException.check(
                subcarriers != null || ours || !ModelKinds.NAMES.contains(model),
                "--model " + model + " wants to know how many subcarriers the servers' files have",
                "give --subcarriers, or --channels to judge by.");
        return ModelKinds.of(
                        model,
                        view.shape(subcarriers == null ? ANY_SUBCARRIERS : subcarriers),
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
        return view().views(csi().stream().mapToInt(Csi::tracks).sum());
    }

    /// Reads and shares out the tracks.
    ///
    /// @param made is told how many tracks are done
    <E> Data<E> data(TrainedPredictor<E> trained, IntConsumer made) {
        List<Integer> fileOf = new ArrayList<>();
        List<Double> labels = new ArrayList<>();
        for (int f = 0; f < files.size(); f++) {
            Csi csi = csi().get(f);
            for (int i = 0; i < csi.tracks(); i++) {
                fileOf.add(f);
                labels.add(by == null ? 0 : label(csi, i));
            }
        }
        return sharedOut(examples(trained, made), fileOf, labels);
    }

    /// Those of all files.
    ///
    /// @param made is told how many tracks are done
    <E> Examples<E> examples(TrainedPredictor<E> trained, IntConsumer made) {
        return TrackFiles.examples(view(), trained, csi(), made);
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
        List<Integer> order = TrackFiles.shuffled(all.tracks(), seed);
        order = order.subList(0, (int) Math.max(1, Math.round(share * order.size())));
        int judged = judged(order.size());
        List<Integer> training = order.subList(judged, order.size());
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

    /// How many of so many tracks are only judged by.
    private int judged(int tracks) {
        int least = heldOut() > 0 && tracks > 1 ? 1 : 0;
        return (int) Math.max(least, Math.round(heldOut() * tracks));
    }

    /// Whether what did best on held-out tracks is kept: a predictor that was trained before must
    /// not come out worse.
    boolean keepsBest() {
        return from != null;
    }

    /// How a server trains.
    TrainingConfig training(TrainableModel trained) {
        boolean lam = trained instanceof PathModel;
        int examples = batch != null ? batch : lam ? 16 : 64;
        double usual = (lam ? 5e-4 : 1e-3) * (from == null ? 1 : TRAINED_BEFORE);
        double rate = learningRate != null ? learningRate : usual;
        return TrainingConfig.standard(1, seed)
                .withBatch(examples)
                .withLearningRate(rate, LearningRate.Decay.COSINE);
    }

    /// How so many servers work together.
    Federation.Config federation(int count) {
        return new Federation.Config(
                rounds, localEpochs, participation, rule(), true, personalHeads, count > 1);
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
