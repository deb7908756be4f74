package dev.lamina.train;

import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Cut;
import dev.lamina.lam.Dropout;
import dev.lamina.lam.Lora;
import dev.lamina.lam.Segment;
import dev.lamina.lam.TokenBatch;
import dev.lamina.nn.Aggregation;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.Callable;

/// Heads that stay on their devices, in a run in one process: beside the global adapter, under
/// `head.N.`. Each is judged on samples weighted to its device's own mix of classes, and the
/// devices by their samples (derived): what the devices' users would see. The mean of the heads,
/// weighted alike, stands in the adapter that is written at the end.
final class PersonalHeads {
    private static final String PREFIX = "head.";
    private static final int BATCH = 64;

    private final TaskModel model;
    private final List<List<TokenizedSample>> shards;
    private final int classes;

    /// @param shards training samples of each device
    PersonalHeads(TaskModel model, List<List<TokenizedSample>> shards) {
        this.model = model;
        this.shards = List.copyOf(shards);
        this.classes = model.labels().size();
    }

    /// The global adapter with the devices' heads.
    SequencedMap<String, FloatTensor> join(Map<String, FloatTensor> global, List<Device> devices) {
        SequencedMap<String, FloatTensor> all = new LinkedHashMap<>(global);
        List<Aggregation.Contribution> heads = new ArrayList<>();
        SequencedMap<String, FloatTensor> own = new LinkedHashMap<>();
        for (Device device : devices) {
            own = device.values();
            heads.add(new Aggregation.Contribution(shards.get(device.index()).size(), own));
            own.forEach((name, tensor) -> all.put(PREFIX + device.index() + "." + name, tensor));
        }
        all.putAll(Aggregation.average(own, heads));
        return all;
    }

    /// The adapter without the heads of single devices.
    static SequencedMap<String, FloatTensor> strip(SequencedMap<String, FloatTensor> joined) {
        SequencedMap<String, FloatTensor> adapter = new LinkedHashMap<>(joined);
        adapter.keySet().removeIf(name -> name.startsWith(PREFIX));
        return adapter;
    }

    /// How good a joined adapter is on samples.
    Evaluation evaluate(
            SequencedMap<String, FloatTensor> joined, List<TokenizedSample> samples, Lanes lanes) {
        List<TokenizedSample> sorted = new ArrayList<>(samples);
        sorted.sort(Comparator.comparingInt(s -> s.tokens().length));
        List<Callable<FloatTensor>> work = new ArrayList<>();
        Cut.Parts parts = new Cut(0, true).apply(model.whole());
        try (Parameters adapter = new Parameters(model.manager(), strip(joined))) {
            Lora lora = model.spec().lora();
            Segment lower = lora.attach(parts.lower(), adapter, Dropout.OFF);
            Segment middle = lora.attach(parts.middle(), adapter, Dropout.OFF);
            for (int from = 0; from < sorted.size(); from += BATCH) {
                List<TokenizedSample> batch =
                        sorted.subList(from, Math.min(sorted.size(), from + BATCH));
                work.add(() -> Autograd.withoutGradient(() -> pooled(lower, middle, batch)));
            }
            List<FloatTensor> pooled = lanes.run(work);
            return judge(joined, sorted, pooled);
        }
    }

    private FloatTensor pooled(Segment lower, Segment middle, List<TokenizedSample> batch) {
        TokenBatch tokens = Batches.tokens(batch);
        try (NDManager scope = model.manager().newSubManager()) {
            var mask = TokenBatch.mask(scope, tokens.lengths());
            return Tensors.toJava(middle.forward(lower.forward(tokens.ids(scope), mask), mask));
        }
    }

    private Evaluation judge(
            Map<String, FloatTensor> joined,
            List<TokenizedSample> samples,
            List<FloatTensor> pooled) {
        double[] there = mix(samples);
        double all = shards.stream().mapToInt(List::size).sum();
        double loss = 0;
        double accuracy = 0;
        double f1 = 0;
        for (int u = 0; u < shards.size(); u++) {
            double[] own = mix(shards.get(u));
            double[][] confusion = new double[classes][classes];
            double lossOf = 0;
            double weights = 0;
            int at = 0;
            for (FloatTensor batch : pooled) {
                for (int i = 0; i < batch.shape()[0]; i++) {
                    int label = samples.get(at++).label();
                    double weight = there[label] == 0 ? 0 : own[label] / there[label];
                    double[] logits = logits(joined, u, batch, i);
                    int best = 0;
                    double sum = 0;
                    for (int c = 0; c < classes; c++) {
                        best = logits[c] > logits[best] ? c : best;
                    }
                    for (double logit : logits) {
                        sum += Math.exp(logit - logits[best]);
                    }
                    lossOf += weight * (logits[best] + Math.log(sum) - logits[label]);
                    confusion[label][best] += weight;
                    weights += weight;
                }
            }
            double share = shards.get(u).size() / all;
            loss += share * lossOf / weights;
            accuracy += share * trace(confusion) / weights;
            f1 += share * macroF1(confusion);
        }
        return new Evaluation(loss, accuracy, f1);
    }

    /// Share of each class.
    private double[] mix(List<TokenizedSample> samples) {
        double[] mix = new double[classes];
        samples.forEach(sample -> mix[sample.label()] += 1.0 / samples.size());
        return mix;
    }

    private double[] logits(Map<String, FloatTensor> joined, int device, FloatTensor x, int row) {
        float[] weight = tensor(joined, device, Lora.HEAD_WEIGHT).values();
        float[] bias = tensor(joined, device, Lora.HEAD_BIAS).values();
        int hidden = x.rowLength();
        double[] logits = new double[classes];
        for (int c = 0; c < classes; c++) {
            double sum = bias[c];
            for (int h = 0; h < hidden; h++) {
                sum += (double) weight[c * hidden + h] * x.values()[row * hidden + h];
            }
            logits[c] = sum;
        }
        return logits;
    }

    private static FloatTensor tensor(Map<String, FloatTensor> joined, int device, String name) {
        String own = PREFIX + device + "." + name;
        return Objects.requireNonNull(joined.getOrDefault(own, joined.get(name)), own);
    }

    private static double trace(double[][] confusion) {
        double sum = 0;
        for (int c = 0; c < confusion.length; c++) {
            sum += confusion[c][c];
        }
        return sum;
    }

    /// Mean of F1 over the classes that the device has.
    private static double macroF1(double[][] confusion) {
        double sum = 0;
        int had = 0;
        for (int c = 0; c < confusion.length; c++) {
            double actual = 0;
            double predicted = 0;
            for (int k = 0; k < confusion.length; k++) {
                actual += confusion[c][k];
                predicted += confusion[k][c];
            }
            if (actual > 0) {
                had++;
                sum += 2 * confusion[c][c] / (actual + predicted);
            }
        }
        return had == 0 ? 0 : sum / had;
    }
}
