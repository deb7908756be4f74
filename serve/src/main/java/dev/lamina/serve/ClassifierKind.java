package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import dev.lamina.lam.Adapter;
import dev.lamina.lam.AdapterFiles;
import dev.lamina.lam.Backbone;
import dev.lamina.lam.ModelFiles;
import dev.lamina.nn.FloatTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The head of a fine-tuned encoder: which class a text is of. It takes vectors as pooled, not
/// normalised, as fine-tuning does.
public final class ClassifierKind implements ServiceKind {

    private record Classify(Backbone.Classifier head) implements Service {
        @Override
        public List<Outcome> run(List<Map<String, Value>> items) {
            return items.stream()
                    .map(item -> classify(Inputs.floats(item, "vector").values()))
                    .toList();
        }

        private Outcome classify(float[] vector) {
            int classes = head.labels().size();
            double[] logits = new double[classes];
            double highest = Double.NEGATIVE_INFINITY;
            int best = 0;
            for (int c = 0; c < classes; c++) {
                logits[c] = head.bias().values()[c] + dot(vector, c);
                if (logits[c] > highest) {
                    highest = logits[c];
                    best = c;
                }
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                logits[c] = Math.exp(logits[c] - highest);
                sum += logits[c];
            }
            FloatTensor scores = FloatTensor.zeros(classes);
            for (int c = 0; c < classes; c++) {
                scores.values()[c] = (float) (logits[c] / sum);
            }
            return new Outcome.Done(
                    Map.of(
                            "label",
                            new Value.Text(head.labels().get(best)),
                            "scores",
                            new Value.Floats(scores)));
        }

        private double dot(float[] vector, int row) {
            float[] weight = head.weight().values();
            double sum = 0;
            for (int i = 0; i < vector.length; i++) {
                sum += (double) weight[row * vector.length + i] * vector[i];
            }
            return sum;
        }

        @Override
        public void close() {}
    }

    @Override
    public String name() {
        return "classifier";
    }

    @Override
    public String description() {
        return "the class of a text's vector; settings from (directory of a finetune run, an adapter"
                + " or a fine-tuned model)";
    }

    @Override
    public Signature signature(Settings settings) {
        Backbone.Classifier head = head(settings);
        return new Signature(
                List.of(new Port("vector", ValueType.floats((int) head.weight().shape()[1]))),
                List.of(
                        new Port("label", ValueType.TEXT),
                        new Port("scores", ValueType.floats(head.labels().size()))));
    }

    @Override
    public long memoryBytes(Settings settings) {
        return 4L * head(settings).weight().size();
    }

    @Override
    public int largestBatch(Settings settings) {
        return 32;
    }

    @Override
    public boolean quick() {
        return true;
    }

    @Override
    public Service load(Settings settings) {
        return new Classify(head(settings));
    }

    private static Backbone.Classifier head(Settings settings) {
        settings.only("from");
        String from = settings.text("from", "");
        BadInputException.check(
                !from.isEmpty(), "from is missing", "give the directory of a finetune run");
        Path directory = settings.resolve(from);
        Backbone.Classifier head = head(directory);
        int classes = head.labels().size();
        long[] shape = head.weight().shape();
        BadInputException.check(
                classes > 0
                        && shape.length == 2
                        && shape[0] == classes
                        && shape[1] > 0
                        && head.bias().size() == classes,
                directory + ": a head " + head.weight() + " for " + classes + " classes",
                "its files are from different runs");
        return head;
    }

    private static Backbone.Classifier head(Path directory) {
        if (Files.isDirectory(directory.resolve("adapter"))) {
            return head(directory.resolve("adapter")); // of a run
        }
        if (Files.isRegularFile(directory.resolve("config.json"))) {
            try (ModelFiles model = ModelFiles.open(directory.toString(), 0)) {
                Backbone.Classifier head = model.classifier();
                if (head == null) {
                    throw new BadInputException(
                            "model " + directory + " has no classifier of ours",
                            "take one that finetune wrote");
                }
                return head;
            }
        }
        Adapter adapter = AdapterFiles.load(directory);
        BadInputException.check(
                adapter.hasClassifier(),
                "adapter " + directory + " has no classifier",
                "take one that finetune wrote");
        return adapter.classifier();
    }
}
