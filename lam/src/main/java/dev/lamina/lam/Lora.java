package dev.lamina.lam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/// Low-rank adaptation (Hu et al., arXiv 2106.09685) as a transform on plain models: a linear layer
/// x Wᵀ + b becomes x Wᵀ + b + (α/r) · dropout(x) Aᵀ Bᵀ, with W and b frozen, A `[r, in]`, B `[out,
/// r]`.
///
/// Trainable tensors are named after the layer:
/// `encoder.layer.0.attention.self.query.lora_A.weight`; the head's are `classifier.weight` and
/// `classifier.bias` and are trained whole, next to the pairs.
///
/// @param rank r
/// @param alpha α
/// @param dropout probability with which an input of A is dropped in training, 0 to below 1
/// @param targets which layers of each block
public record Lora(int rank, double alpha, double dropout, List<Target> targets) {
    /// Name of the head's weight, `[classes, H]`.
    public static final String HEAD_WEIGHT = "classifier.weight";

    /// Name of the head's bias, `[classes]`.
    public static final String HEAD_BIAS = "classifier.bias";

    /// What the name of a layer's A ends with.
    public static final String A = ".lora_A.weight";

    /// What the name of a layer's B ends with.
    public static final String B = ".lora_B.weight";

    /// A linear layer of a block.
    public enum Target {
        QUERY("attention.self.query"),
        KEY("attention.self.key"),
        VALUE("attention.self.value"),
        ATTENTION_OUTPUT("attention.output.dense"),
        INTERMEDIATE("intermediate.dense"),
        OUTPUT("output.dense");

        private final String path;

        Target(String path) {
            this.path = path;
        }

        /// The layer's name in block `block` of a model.
        String name(int block) {
            return "encoder.layer." + block + "." + path;
        }

        String path() {
            return path;
        }

        /// The target of this name: `query`, `attention-output`, …
        ///
        /// @throws BadInputException if there is none
        public static Target of(String name) {
            for (Target target : values()) {
                if (target.toString().equals(name)) {
                    return target;
                }
            }
            throw new BadInputException(
                    "target '" + name + "' is not a layer of a block",
                    "take some of query, key, value, attention-output, intermediate, output.");
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /// Length of its input.
        public int in(Bert.Config config) {
            return this == OUTPUT ? config.intermediate() : config.hidden();
        }

        /// Length of its output.
        public int out(Bert.Config config) {
            return this == INTERMEDIATE ? config.intermediate() : config.hidden();
        }
    }

    public Lora {
        targets = List.copyOf(targets);
        BadInputException.check(rank >= 1, "rank " + rank + " is below 1", "take --rank 16.");
        BadInputException.check(
                alpha > 0 && alpha < Double.POSITIVE_INFINITY,
                "alpha " + alpha + " is not above 0",
                "take --alpha 16, or twice the rank.");
        BadInputException.check(
                dropout >= 0 && dropout < 1,
                "dropout " + dropout + " is outside 0 to below 1",
                "take --dropout 0.1.");
        BadInputException.check(
                !targets.isEmpty(), "there are no targets", "take --targets query,value.");
    }

    /// α/r.
    public double scaling() {
        return alpha / rank;
    }

    /// The same adapter with other pairs beside the same layers: rank `other`, and α changed with
    /// it so that α/r stays (derived). Rows and columns of zeros may then be added to a pair or
    /// left out, and what it adds to its layer does not change.
    public Lora withRank(int other) {
        return other == rank ? this : new Lora(other, alpha * other / rank, dropout, targets);
    }

    /// Fresh pairs for every block of a model: A uniform in ±1/√in (as PEFT does), B zero, so that
    /// the adapted model starts as the plain one.
    ///
    /// @throws BadInputException if the rank is above a layer's smaller side
    public SequencedMap<String, FloatTensor> initial(Bert.Config config, long seed) {
        SequencedMap<String, FloatTensor> tensors = new LinkedHashMap<>();
        for (int block = 0; block < config.layers(); block++) {
            for (Target target : targets) {
                int in = target.in(config);
                int out = target.out(config);
                BadInputException.check(
                        rank <= Math.min(in, out),
                        "rank "
                                + rank
                                + " is above "
                                + Math.min(in, out)
                                + ", the smaller side of "
                                + target,
                        "take --rank 16: LoRA pays where the rank is far below the layer's size.");
                RandomGenerator random = Seeds.stream(seed, "lora", target.name(block));
                float[] a = new float[rank * in];
                float bound = (float) (1 / Math.sqrt(in));
                for (int i = 0; i < a.length; i++) {
                    a[i] = random.nextFloat(-bound, bound);
                }
                tensors.put(nameOfA(target, block), new FloatTensor(new long[] {rank, in}, a));
                tensors.put(nameOfB(target, block), FloatTensor.zeros(out, rank));
            }
        }
        return tensors;
    }

    /// Refuses pairs that do not fit a model: each block needs one for each target.
    ///
    /// @param of what messages call the adapter
    /// @throws BadInputException naming the first tensor that is missing or of another shape
    public void check(Map<String, FloatTensor> tensors, Bert.Config config, String of) {
        for (int block = 0; block < config.layers(); block++) {
            for (Target target : targets) {
                check(tensors, nameOfA(target, block), of, rank, target.in(config));
                check(tensors, nameOfB(target, block), of, target.out(config), rank);
            }
        }
    }

    private static void check(
            Map<String, FloatTensor> tensors, String name, String of, long rows, long columns) {
        FloatTensor tensor = tensors.get(name);
        BadInputException.check(
                tensor != null
                        && java.util.Arrays.equals(tensor.shape(), new long[] {rows, columns}),
                of
                        + (tensor == null
                                ? " has no " + name
                                : ": " + name + " is " + tensor + ", not " + rows + " x "
                                        + columns),
                "it belongs to another model.");
    }

    /// The names of the trainable tensors that belong to a segment: the pairs of its blocks, and
    /// the head's.
    public List<String> names(Segment segment) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < segment.blocks().size(); i++) {
            for (Target target : targets) {
                names.add(nameOfA(target, segment.firstBlock() + i));
                names.add(nameOfB(target, segment.firstBlock() + i));
            }
        }
        if (segment.head() != null) {
            names.add(HEAD_WEIGHT);
            names.add(HEAD_BIAS);
        }
        return names;
    }

    /// The segment with the pairs of `parameters` beside its frozen layers, and its head trainable.
    /// Only small objects are made: the frozen weights are shared, so that one model serves many
    /// adapter sets.
    public Segment attach(Segment plain, Parameters parameters, Dropout drop) {
        List<Bert.Block> blocks =
                map(
                        plain.blocks(),
                        plain.firstBlock(),
                        (block, target, layer) ->
                                new Adapted(layer, pair(target, block, parameters, drop)));
        Head head = plain.head();
        if (head != null) {
            head =
                    new Head(
                            head.pooling(),
                            parameters.leaf(HEAD_WEIGHT),
                            parameters.leaf(HEAD_BIAS));
        }
        return new Segment(plain.embeddings(), plain.firstBlock(), blocks, plain.pooling(), head);
    }

    /// One device's rows in a batch that several share.
    ///
    /// @param parameters its adapter set
    /// @param rows of the batch, after those of the devices before it
    public record Share(Parameters parameters, Dropout drop, int rows) {}

    /// The blocks of a segment with several adapter sets at once, two or more: the frozen layers
    /// compute the whole batch, and each set only its own rows. Heads are the devices' own; there
    /// is none here.
    public Segment attach(Segment plain, List<Share> shares) {
        List<Bert.Block> blocks =
                map(
                        plain.blocks(),
                        plain.firstBlock(),
                        (block, target, layer) ->
                                new Together(
                                        layer,
                                        shares.stream()
                                                .map(s ->
                                                        pair(
                                                                target,
                                                                block,
                                                                s.parameters(),
                                                                s.drop()))
                                                .toList(),
                                        shares.stream().map(Share::rows).toList()));
        return new Segment(plain.embeddings(), plain.firstBlock(), blocks, plain.pooling(), null);
    }

    /// The segment with frozen dense differences beside its target layers: x (W + D)ᵀ + b, where W
    /// itself stays as it is and may serve others.
    ///
    /// @param differences D `[out, in]` by the layer's name; a layer without one stays as it is
    public Segment beside(Segment plain, Map<String, NDArray> differences) {
        List<Bert.Block> blocks =
                map(
                        plain.blocks(),
                        plain.firstBlock(),
                        (block, target, layer) -> {
                            NDArray difference = differences.get(target.name(block));
                            return difference == null ? layer : new Difference(layer, difference);
                        });
        return new Segment(
                plain.embeddings(), plain.firstBlock(), blocks, plain.pooling(), plain.head());
    }

    /// A linear layer of any model with a low-rank pair beside it, without dropout.
    ///
    /// @param a `[r, in]`
    /// @param b `[out, r]`
    /// @param scaling α/r
    public static Linear beside(Linear base, NDArray a, NDArray b, double scaling) {
        return new Adapted(base, new Pair(a, b, scaling, Dropout.OFF, ""));
    }

    private Pair pair(Target target, int block, Parameters parameters, Dropout drop) {
        return new Pair(
                parameters.leaf(nameOfA(target, block)),
                parameters.leaf(nameOfB(target, block)),
                scaling(),
                drop,
                target.name(block));
    }

    /// A plain model with the pairs added into its weights: W + (α/r) B A. New arrays belong to
    /// `manager`.
    public Bert merge(Bert plain, Map<String, FloatTensor> tensors, NDManager manager) {
        List<Bert.Block> blocks =
                map(
                        plain.blocks(),
                        0,
                        (block, target, layer) ->
                                merged(
                                        (Linear.Dense) layer,
                                        tensor(tensors, nameOfA(target, block)),
                                        tensor(tensors, nameOfB(target, block)),
                                        manager));
        return new Bert(plain.config(), plain.embeddings(), blocks);
    }

    private Linear merged(Linear.Dense layer, FloatTensor a, FloatTensor b, NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray product = Tensors.toEngine(scope, b).matMul(Tensors.toEngine(scope, a));
            NDArray weight = product.mul((float) scaling()).add(layer.weight());
            weight.attach(manager);
            return new Linear.Dense(weight, layer.bias());
        }
    }

    private interface Change {
        Linear apply(int block, Target target, Linear layer);
    }

    /// Blocks with their targets changed; the first has the number `first` in its model.
    private List<Bert.Block> map(List<Bert.Block> plain, int first, Change change) {
        List<Bert.Block> blocks = new ArrayList<>();
        for (int i = 0; i < plain.size(); i++) {
            blocks.add(map(plain.get(i), first + i, change));
        }
        return List.copyOf(blocks);
    }

    private Bert.Block map(Bert.Block b, int block, Change change) {
        return new Bert.Block(
                b.heads(),
                map(block, Target.QUERY, b.query(), change),
                map(block, Target.KEY, b.key(), change),
                map(block, Target.VALUE, b.value(), change),
                map(block, Target.ATTENTION_OUTPUT, b.attentionOutput(), change),
                b.attentionNorm(),
                map(block, Target.INTERMEDIATE, b.intermediate(), change),
                map(block, Target.OUTPUT, b.output(), change),
                b.outputNorm());
    }

    private Linear map(int block, Target target, Linear layer, Change change) {
        return targets.contains(target) ? change.apply(block, target, layer) : layer;
    }

    static String nameOfA(Target target, int block) {
        return target.name(block) + A;
    }

    static String nameOfB(Target target, int block) {
        return target.name(block) + B;
    }

    private static FloatTensor tensor(Map<String, FloatTensor> tensors, String name) {
        FloatTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return tensor;
    }

    /// A low-rank pair: (α/r) · dropout(x) Aᵀ Bᵀ.
    private record Pair(NDArray a, NDArray b, double scaling, Dropout drop, String name) {
        NDArray forward(NDArray x) {
            NDArray down =
                    ai.djl.nn.core.Linear.linear(drop.apply(x, name), a, null).singletonOrThrow();
            NDArray scaled = Tensors.times(down, scaling); // small: [B,T,r]
            return ai.djl.nn.core.Linear.linear(scaled, b, null).singletonOrThrow();
        }
    }

    /// A frozen linear layer with a low-rank pair beside it.
    private record Adapted(Linear base, Pair pair) implements Linear {
        @Override
        public NDArray forward(NDArray x) {
            NDArray up = pair.forward(x);
            return base.forward(x).add(up);
        }
    }

    /// A frozen linear layer with a pair for each run of rows.
    private record Together(Linear base, List<Pair> pairs, List<Integer> rows) implements Linear {
        @Override
        public NDArray forward(NDArray x) {
            NDList up = new NDList();
            long from = 0;
            for (int i = 0; i < pairs.size(); i++) {
                long to = from + rows.get(i);
                up.add(pairs.get(i).forward(x.get(from + ":" + to)));
                from = to;
            }
            return base.forward(x).add(NDArrays.concat(up, 0));
        }
    }
}
