package dev.lamina.train;

import dev.lamina.base.BadInputException;
import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.ServerOrder;
import dev.lamina.edge.ServerProfile;
import dev.lamina.lam.Lora;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.TensorCodec;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// All that a fine-tuning run is made from. Two runs of one spec give the same adapter, bit for
/// bit, on the same kind of machine.
///
/// @param scheme who computes what
/// @param model `minilm`, `bge-small`, a Hugging Face directory, or `shape:…`
/// @param data `wordnet`, a file or a folder
/// @param textColumn column or key of the text, where the data have names for it; null to detect
/// @param labelColumn column or key of the label; null to detect
/// @param devices who holds the data; `central` uses their number only to tell what was pooled
/// @param server who serves them
/// @param partition how training samples come to devices: `iid`, `dirichlet:ALPHA`, `label:K`
/// @param cuts blocks on each device: one number for all, or one for each; none to have them chosen
///   ([Deployment])
/// @param lora the global adapter's shape
/// @param joining the devices' ranks, and how their pairs become one adapter
/// @param batch samples in a step
/// @param learningRate peak, above 0
/// @param schedule decay after the warm-up
/// @param warmup share of a device's steps, 0 to below 1
/// @param weightDecay AdamW's λ
/// @param clip greatest norm of a block's (and the head's) gradient; 0 for no clipping
/// @param epochs passes over each device's samples
/// @param rounds aggregations, evenly spread over the training
/// @param maxSteps greatest number of steps of all devices together; 0 for no limit
/// @param seqLen greatest number of tokens of a text
/// @param order which device's arrived activations the server takes next
/// @param codec of activations and gradients in transit
/// @param execution how steps are carried out
/// @param personalHead whether each device keeps a head of its own; only under `ushape`
/// @param wireless the cell that the devices are in; null for the links of their profiles
/// @param updateCodec of adapter updates in transit; one that loses something keeps the rest for
///   the next round (error feedback)
/// @param seed of everything random
/// @param threads cores to use
public record FinetuneSpec(
        Scheme scheme,
        String model,
        String data,
        @Nullable String textColumn,
        @Nullable String labelColumn,
        List<DeviceProfile> devices,
        ServerProfile server,
        String partition,
        List<Integer> cuts,
        Lora lora,
        Joining joining,
        int batch,
        double learningRate,
        LearningRate.Decay schedule,
        double warmup,
        double weightDecay,
        double clip,
        double epochs,
        int rounds,
        int maxSteps,
        int seqLen,
        ServerOrder order,
        TensorCodec codec,
        TensorCodec updateCodec,
        Execution execution,
        boolean personalHead,
        @Nullable Wireless wireless,
        long seed,
        int threads) {

    public FinetuneSpec {
        devices = List.copyOf(devices);
        cuts = List.copyOf(cuts);
        atLeast("devices", devices.size(), 1);
        BadInputException.check(
                cuts.size() <= 1 || cuts.size() == devices.size(),
                "cut names " + cuts.size() + " numbers for " + devices.size() + " devices",
                "give one number for all devices, or one for each.");
        for (int cut : cuts) {
            BadInputException.check(cut >= 0, "cut " + cut + " is below 0", "take --cut 1.");
        }
        atLeast("batch", batch, 1);
        BadInputException.check(
                learningRate > 0 && learningRate < Double.POSITIVE_INFINITY,
                "lr " + learningRate + " is not a number above 0",
                "take --lr 0.001.");
        BadInputException.check(
                warmup >= 0 && warmup < 1,
                "warmup " + warmup + " is outside 0 to below 1",
                "take --warmup 0.1: a tenth of the steps.");
        notNegative("weight-decay", weightDecay);
        notNegative("clip", clip);
        BadInputException.check(
                epochs > 0 && epochs <= 10_000,
                "epochs " + epochs + " is not above 0 and at most 10000",
                "take --epochs 1.");
        atLeast("rounds", rounds, 1);
        atLeast("max-steps", maxSteps, 0);
        atLeast("seq-len", seqLen, 3);
        atLeast("threads", threads, 1);
        if (scheme.averagesGradients()) {
            checkUshape(cuts, execution);
        } else {
            BadInputException.check(
                    execution.together() == 1 || !execution.headOnDevice(),
                    "together " + execution.together() + " is combined with labels on the device",
                    "take one of them, or --scheme ushape.");
            BadInputException.check(
                    wireless == null,
                    "a wireless cell is given under scheme " + scheme,
                    "take --scheme ushape, whose rounds can be allocated.");
            BadInputException.check(
                    !personalHead,
                    "head personal is given under scheme " + scheme,
                    "take --scheme ushape, where devices have heads.");
        }
        joining.check(scheme, devices.size(), lora, updateCodec);
    }

    private static void checkUshape(List<Integer> cuts, Execution execution) {
        for (int cut : cuts) {
            BadInputException.check(
                    cut == 0,
                    "cut "
                            + cut
                            + " is given under scheme ushape, which has all blocks on the server",
                    "leave --cut out, or take --scheme shared --labels device.");
        }
        BadInputException.check(
                execution.headOnDevice(),
                "labels go to the server under scheme ushape, which has the head on the device",
                "leave --labels out, or take --scheme shared.");
    }

    /// What becomes of a head on a device.
    HeadRule headRule() {
        if (!scheme.averagesGradients()) {
            return HeadRule.AVERAGED;
        }
        return personalHead ? HeadRule.PERSONAL : HeadRule.GRADIENTS;
    }

    /// The shape of a device's adapter.
    public Lora lora(int device) {
        return lora.withRank(joining.rank(device, lora));
    }

    /// Blocks on device `device` of a model of `layers` blocks.
    public int cut(int device) {
        return cuts.size() == 1 ? cuts.get(0) : cuts.get(device);
    }

    /// Blocks on each device.
    public List<Integer> cutOfEach() {
        return IntStream.range(0, devices.size()).mapToObj(this::cut).toList();
    }

    /// The rank of each device's adapter.
    public List<Integer> rankOfEach() {
        return IntStream.range(0, devices.size()).mapToObj(u -> joining.rank(u, lora)).toList();
    }

    /// The same run under another scheme; under `ushape` with cut and head where that has them.
    public FinetuneSpec withScheme(Scheme other) {
        return with(copy -> {
            copy.scheme = other;
            if (other.averagesGradients()) {
                copy.cuts = List.of(0);
                copy.execution = execution.withHeadOnDevice();
            } else {
                copy.wireless = null;
                copy.execution = scheme.averagesGradients() ? execution.alone() : execution;
            }
        });
    }

    /// The same run on another number of cores.
    public FinetuneSpec withThreads(int other) {
        return with(copy -> copy.threads = other);
    }

    /// The same run with other codecs for activations, carried out in another way.
    public FinetuneSpec withExecution(TensorCodec otherCodec, Execution other) {
        return with(copy -> {
            copy.codec = otherCodec;
            copy.execution = other;
        });
    }

    /// The same run on these devices, cut so.
    public FinetuneSpec withDevices(List<DeviceProfile> others, List<Integer> otherCuts) {
        return with(copy -> {
            copy.devices = others;
            copy.cuts = otherCuts;
        });
    }

    /// The same run on some of its devices, cut so.
    FinetuneSpec keeping(List<Integer> stay, List<Integer> otherCuts) {
        return with(copy -> {
            copy.devices = stay.stream().map(devices::get).toList();
            copy.cuts = otherCuts;
            copy.joining = joining.only(stay);
        });
    }

    /// The same run on another server.
    public FinetuneSpec withServer(ServerProfile other) {
        return with(copy -> copy.server = other);
    }

    /// The same run in a wireless cell.
    public FinetuneSpec withWireless(Wireless other) {
        return with(copy -> copy.wireless = other);
    }

    /// The same run with its samples on the devices in another way.
    public FinetuneSpec withPartition(String other) {
        return with(copy -> copy.partition = other);
    }

    /// The same run with another peak learning rate.
    public FinetuneSpec withLearningRate(double other) {
        return with(copy -> copy.learningRate = other);
    }

    /// The same run with another seed.
    public FinetuneSpec withSeed(long other) {
        return with(copy -> copy.seed = other);
    }

    /// The same run with another cap on steps.
    public FinetuneSpec withMaxSteps(int other) {
        return with(copy -> copy.maxSteps = other);
    }

    /// The same run with adapters of another shape.
    public FinetuneSpec withLora(Lora other) {
        return with(copy -> copy.lora = other);
    }

    private FinetuneSpec with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.made(this);
    }

    /// What a copy of a spec may have otherwise.
    private static final class Copy {
        private Scheme scheme;
        private List<DeviceProfile> devices;
        private ServerProfile server;
        private String partition;
        private List<Integer> cuts;
        private Lora lora;
        private Joining joining;
        private double learningRate;
        private TensorCodec codec;
        private Execution execution;
        private @Nullable Wireless wireless;
        private int maxSteps;
        private long seed;
        private int threads;

        Copy(FinetuneSpec of) {
            scheme = of.scheme;
            devices = of.devices;
            server = of.server;
            partition = of.partition;
            cuts = of.cuts;
            lora = of.lora;
            joining = of.joining;
            learningRate = of.learningRate;
            codec = of.codec;
            execution = of.execution;
            wireless = of.wireless;
            maxSteps = of.maxSteps;
            seed = of.seed;
            threads = of.threads;
        }

        FinetuneSpec made(FinetuneSpec of) {
            return new FinetuneSpec(
                    scheme,
                    of.model,
                    of.data,
                    of.textColumn,
                    of.labelColumn,
                    devices,
                    server,
                    partition,
                    cuts,
                    lora,
                    joining,
                    of.batch,
                    learningRate,
                    of.schedule,
                    of.warmup,
                    of.weightDecay,
                    of.clip,
                    of.epochs,
                    of.rounds,
                    maxSteps,
                    of.seqLen,
                    of.order,
                    codec,
                    of.updateCodec,
                    execution,
                    of.personalHead,
                    wireless,
                    seed,
                    threads);
        }
    }

    private static void atLeast(String name, int value, int least) {
        BadInputException.check(
                value >= least,
                name + " " + value + " is below " + least,
                "take --" + name + " " + Math.max(1, least) + " or more.");
    }

    private static void notNegative(String name, double value) {
        BadInputException.check(
                value >= 0 && value < Double.POSITIVE_INFINITY,
                name + " " + value + " is not 0 or above",
                "take --" + name + " 0 to turn it off.");
    }
}
