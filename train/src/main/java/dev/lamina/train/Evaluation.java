package dev.lamina.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Dropout;
import dev.lamina.lam.Lora;
import dev.lamina.lam.Segment;
import dev.lamina.lam.TokenBatch;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// How good an adapter is on a set of samples.
///
/// @param loss mean cross-entropy
/// @param accuracy share classified rightly
/// @param macroF1 mean of F1 over the classes; a class that is neither there nor predicted counts
///   as 0
record Evaluation(double loss, double accuracy, double macroF1) {
    private static final int BATCH = 64;

    /// Evaluates the uncut model with an adapter.
    static Evaluation of(
            Segment whole,
            Lora lora,
            Map<String, FloatTensor> adapter,
            List<TokenizedSample> samples,
            int classes,
            NDManager manager,
            Lanes lanes) {
        List<TokenizedSample> sorted = new ArrayList<>(samples);
        sorted.sort(Comparator.comparingInt(s -> s.tokens().length));
        try (Parameters parameters = new Parameters(manager, adapter)) {
            Segment adapted = lora.attach(whole, parameters, Dropout.OFF);
            List<Callable<Counts>> tasks = new ArrayList<>();
            for (int from = 0; from < sorted.size(); from += BATCH) {
                List<TokenizedSample> batch =
                        sorted.subList(from, Math.min(sorted.size(), from + BATCH));
                tasks.add(() ->
                        Autograd.withoutGradient(() -> count(adapted, batch, classes, manager)));
            }
            Counts all = new Counts(classes);
            lanes.run(tasks).forEach(all::add);
            return all.evaluation();
        }
    }

    private static Counts count(
            Segment model, List<TokenizedSample> batch, int classes, NDManager manager) {
        TokenBatch tokens = Batches.tokens(batch);
        Counts counts = new Counts(classes);
        try (NDManager scope = manager.newSubManager()) {
            NDArray logits =
                    model.forward(tokens.ids(scope), TokenBatch.mask(scope, tokens.lengths()));
            float[] values = Tensors.toJava(logits.logSoftmax(1)).values();
            for (int i = 0; i < batch.size(); i++) {
                counts.add(values, i * classes, batch.get(i).label());
            }
        }
        return counts;
    }

    /// Confusion and loss of some samples.
    private static final class Counts {
        private final int[][] confusion;
        private double loss;
        private int samples;

        Counts(int classes) {
            confusion = new int[classes][classes];
        }

        void add(float[] logProbabilities, int from, int label) {
            int best = 0;
            for (int c = 1; c < confusion.length; c++) {
                if (logProbabilities[from + c] > logProbabilities[from + best]) {
                    best = c;
                }
            }
            confusion[label][best]++;
            loss -= logProbabilities[from + label];
            samples++;
        }

        void add(Counts other) {
            for (int i = 0; i < confusion.length; i++) {
                for (int j = 0; j < confusion.length; j++) {
                    confusion[i][j] += other.confusion[i][j];
                }
            }
            loss += other.loss;
            samples += other.samples;
        }

        Evaluation evaluation() {
            int right = 0;
            double f1 = 0;
            for (int c = 0; c < confusion.length; c++) {
                int actual = 0;
                int predicted = 0;
                for (int k = 0; k < confusion.length; k++) {
                    actual += confusion[c][k];
                    predicted += confusion[k][c];
                }
                right += confusion[c][c];
                f1 += actual + predicted == 0 ? 0 : 2.0 * confusion[c][c] / (actual + predicted);
            }
            return new Evaluation(loss / samples, (double) right / samples, f1 / confusion.length);
        }
    }
}
