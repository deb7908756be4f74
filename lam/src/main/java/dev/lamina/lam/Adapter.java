package dev.lamina.lam;

import dev.lamina.nn.FloatTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A trained addition to a frozen model: LoRA pairs and head, ready to be attached, merged or
/// stored.
///
/// @param baseModel name of the model that it belongs to
/// @param lora its shape
/// @param labels the classes' names, in the head's order
/// @param tensors by name, as [Lora] names them
public record Adapter(
        String baseModel,
        Lora lora,
        List<String> labels,
        SequencedMap<String, FloatTensor> tensors) {
    public Adapter {
        labels = List.copyOf(labels);
        tensors = new LinkedHashMap<>(tensors);
    }

    /// Whether there is a head.
    public boolean hasClassifier() {
        return tensors.containsKey(Lora.HEAD_WEIGHT) && tensors.containsKey(Lora.HEAD_BIAS);
    }

    /// The head as a classifier.
    public Backbone.Classifier classifier() {
        return new Backbone.Classifier(tensor(Lora.HEAD_WEIGHT), tensor(Lora.HEAD_BIAS), labels);
    }

    /// A of a layer, `[r, in]`.
    public FloatTensor a(Lora.Target target, int block) {
        return tensor(Lora.nameOfA(target, block));
    }

    /// B of a layer, `[out, r]`.
    public FloatTensor b(Lora.Target target, int block) {
        return tensor(Lora.nameOfB(target, block));
    }

    private FloatTensor tensor(String name) {
        FloatTensor tensor = ((Map<String, FloatTensor>) tensors).get(name);
        if (tensor == null) {
            throw new IllegalStateException("adapter without " + name);
        }
        return tensor;
    }
}
