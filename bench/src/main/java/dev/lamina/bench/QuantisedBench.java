package dev.lamina.bench;

import dev.lamina.data.Sample;
import dev.lamina.data.TextDataset;
import dev.lamina.data.TextDatasets;
import dev.lamina.serve.LocalNode;
import dev.lamina.serve.NodeListener;
import dev.lamina.serve.NodeStatus;
import dev.lamina.serve.RequestContext;
import dev.lamina.serve.ServiceKinds;
import dev.lamina.serve.ServiceSpec;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The int8 models against fp32 ones: declared memory, time of a text, how near the vectors are,
/// and whether a nearest-centroid classifier (centroids of fp32 vectors of WordNet definitions)
/// gives the same labels.
public final class QuantisedBench {
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private QuantisedBench() {}

    /// The figures.
    ///
    /// @param megabytesFp32 of the services in each precision, as declared
    /// @param millisecondsFp32 median of a text
    /// @param ratio int8 over fp32, the median of pairs
    /// @param cosine mean between the two vectors of a text
    /// @param least the least of those
    /// @param agreement share of texts with the same label
    /// @param accuracyFp32 share of texts with the right label
    public record Report(
            String model,
            int texts,
            double megabytesFp32,
            double megabytesInt8,
            double millisecondsFp32,
            double millisecondsInt8,
            double ratio,
            double cosine,
            double least,
            double agreement,
            double accuracyFp32,
            double accuracyInt8) {}

    private record Side(LocalNode node, List<ServiceSpec> chain) {
        float[] embed(String text) {
            Map<String, Value> values = Map.of("text", new Value.Text(text));
            for (ServiceSpec service : chain) {
                values =
                        node.call(service.id(), List.of(values), RequestContext.within(DEADLINE))
                                .getFirst()
                                .outputs();
            }
            return values.get("vector") instanceof Value.Floats f
                    ? f.tensor().values()
                    : new float[0];
        }

        double megabytes() {
            return node.status().replicas().stream()
                            .mapToLong(NodeStatus.ReplicaStatus::memoryBytes)
                            .sum()
                    / 1e6;
        }
    }

    /// Compares.
    ///
    /// @param texts held-out definitions
    public static Report run(String model, int texts) {
        ServiceKinds kinds = ServiceKinds.installed();
        TextDataset data = TextDatasets.load("wordnet", 1);
        try (LocalNode a = new LocalNode(LocalNode.Config.of("fp32"), kinds, NodeListener.NONE);
                LocalNode b =
                        new LocalNode(LocalNode.Config.of("int8"), kinds, NodeListener.NONE)) {
            Side fp32 = new Side(a, chain(a, model, "fp32"));
            Side int8 = new Side(b, chain(b, model, "int8"));
            double[][] centroids = centroids(fp32, data);
            List<Sample> samples = data.test().subList(0, Math.min(texts, data.test().size()));
            List<Double> full = new ArrayList<>();
            List<Double> small = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            double cosine = 0;
            double least = 1;
            int same = 0;
            int rightFull = 0;
            int rightSmall = 0;
            for (int i = 0; i < samples.size(); i++) {
                Sample sample = samples.get(i);
                boolean first = i % 2 == 0;
                float[][] vectors = new float[2][];
                double[] took = new double[2];
                for (int side : first ? new int[] {0, 1} : new int[] {1, 0}) {
                    long start = System.nanoTime();
                    vectors[side] = (side == 0 ? fp32 : int8).embed(sample.text());
                    took[side] = (System.nanoTime() - start) / 1e6;
                }
                full.add(took[0]);
                small.add(took[1]);
                ratios.add(took[1] / took[0]);
                double c = dot(vectors[0], vectors[1]);
                cosine += c / samples.size();
                least = Math.min(least, c);
                int labelFull = nearest(centroids, vectors[0]);
                int labelSmall = nearest(centroids, vectors[1]);
                same += labelFull == labelSmall ? 1 : 0;
                rightFull += labelFull == sample.label() ? 1 : 0;
                rightSmall += labelSmall == sample.label() ? 1 : 0;
            }
            double n = samples.size();
            return new Report(
                    model,
                    samples.size(),
                    fp32.megabytes(),
                    int8.megabytes(),
                    median(full),
                    median(small),
                    median(ratios),
                    cosine,
                    least,
                    same / n,
                    rightFull / n,
                    rightSmall / n);
        }
    }

    private static List<ServiceSpec> chain(LocalNode node, String model, String precision) {
        List<ServiceSpec> chain =
                List.of(
                        service("text-embedding", model, precision),
                        service("backbone", model, precision),
                        service("pooling", model, null));
        chain.forEach(service -> node.assign(service, new byte[0], true));
        return chain;
    }

    private static ServiceSpec service(
            String kind, String model, @org.jspecify.annotations.Nullable String precision) {
        SequencedMap<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", model);
        if (precision != null) {
            settings.put("precision", precision);
        }
        return new ServiceSpec(kind, "1", kind, new Settings(settings));
    }

    /// Means of the classes' first hundred training texts.
    private static double[][] centroids(Side side, TextDataset data) {
        int classes = data.labels().size();
        int[] counts = new int[classes];
        double[][] centroids = new double[classes][];
        for (Sample sample : data.train()) {
            if (counts[sample.label()] < 100) {
                float[] vector = side.embed(sample.text());
                double[] sum = centroids[sample.label()];
                if (sum == null) {
                    sum = new double[vector.length];
                    centroids[sample.label()] = sum;
                }
                for (int i = 0; i < vector.length; i++) {
                    sum[i] += vector[i] / 100.0;
                }
                counts[sample.label()]++;
            }
        }
        return centroids;
    }

    private static int nearest(double[][] centroids, float[] vector) {
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < centroids.length; c++) {
            double score = 0;
            double squares = 0;
            for (int i = 0; i < vector.length; i++) {
                score += centroids[c][i] * vector[i];
                squares += centroids[c][i] * centroids[c][i];
            }
            score /= Math.sqrt(squares);
            if (score > most) {
                most = score;
                best = c;
            }
        }
        return best;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(d -> d).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
