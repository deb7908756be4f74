package dev.lamina.serve;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.lamina.base.BadInputException;
import dev.lamina.lam.Adapter;
import dev.lamina.lam.AdapterFiles;
import dev.lamina.lam.Bert;
import dev.lamina.lam.BertGraph;
import dev.lamina.lam.Lora;
import dev.lamina.nn.FloatTensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The adapters of a backbone's service by name, as inputs of its [BlockSession]. The name `""` is
/// none of them: pairs of rank 0.
final class BlockAdapters implements AutoCloseable {
    private final SequencedMap<String, Adapter> adapters = new LinkedHashMap<>();
    private final Set<Lora.Target> targets = EnumSet.noneOf(Lora.Target.class);
    private final Map<String, Map<String, OnnxTensor>> inputs = new HashMap<>();
    private final List<OnnxTensor> tensors = new ArrayList<>();

    /// Reads the setting `adapters` and checks what it names against the model.
    ///
    /// @throws BadInputException if an adapter is not there, or another model's
    static BlockAdapters read(Settings settings, TextModel model) {
        BlockAdapters read = new BlockAdapters();
        settings.named("adapters")
                .forEach((name, directory) -> {
                    BadInputException.check(
                            !name.isEmpty(),
                            "an adapter has no name",
                            "give it one: {wordnet: DIR}");
                    Adapter adapter = AdapterFiles.load(settings.resolve(directory));
                    check(name, adapter, model);
                    read.adapters.put(name, adapter);
                    read.targets.addAll(adapter.lora().targets());
                });
        return read;
    }

    private static void check(String name, Adapter adapter, TextModel model) {
        Bert.Config config = model.config();
        adapter.lora().check(adapter.tensors(), config, "adapter " + name);
        boolean bundled = adapter.baseModel().equals("minilm");
        boolean other = adapter.baseModel().equals("bge-small");
        BadInputException.check(
                (!bundled && !other) || adapter.baseModel().equals(model.name()),
                "adapter " + name + " belongs to " + adapter.baseModel() + ", not " + model.name(),
                "take that model, or train an adapter for this one");
    }

    /// Layers that one of them changes.
    Set<Lora.Target> targets() {
        return targets;
    }

    Set<String> names() {
        return adapters.keySet();
    }

    /// Makes the inputs of a range of blocks.
    BlockAdapters prepare(Bert.Config config, int from, int to) {
        try {
            inputs.put("", inputs(null, config, from, to));
            for (Map.Entry<String, Adapter> adapter : adapters.entrySet()) {
                inputs.put(adapter.getKey(), inputs(adapter.getValue(), config, from, to));
            }
            return this;
        } catch (OrtException e) {
            close();
            throw OnnxRuntime.failed(e);
        }
    }

    /// The inputs that an adapter is.
    ///
    /// @throws ServeException if there is none of this name
    Map<String, OnnxTensor> get(String name) {
        Map<String, OnnxTensor> found = inputs.get(name);
        if (found == null) {
            throw new ServeException(
                    ServeException.Reason.BAD_INPUT,
                    "unknown adapter "
                            + dev.lamina.base.Shown.quoted(name)
                            + "\nMaybe take "
                            + (adapters.isEmpty()
                                    ? "none: there are none"
                                    : String.join(", ", adapters.keySet())));
        }
        return found;
    }

    private Map<String, OnnxTensor> inputs(
            @Nullable Adapter adapter, Bert.Config config, int from, int to) throws OrtException {
        Map<String, OnnxTensor> made = new HashMap<>();
        for (int block = from; block < to; block++) {
            for (Lora.Target target : targets) {
                FloatTensor a = FloatTensor.zeros(0, target.in(config));
                FloatTensor b = FloatTensor.zeros(target.out(config), 0);
                double scaling = 1;
                if (adapter != null && adapter.lora().targets().contains(target)) {
                    a = adapter.a(target, block);
                    b = adapter.b(target, block);
                    scaling = adapter.lora().scaling();
                }
                made.put(BertGraph.nameOfA(target, block), transposed(a, 1));
                made.put(BertGraph.nameOfB(target, block), transposed(b, scaling));
            }
        }
        return made;
    }

    private OnnxTensor transposed(FloatTensor matrix, double factor) throws OrtException {
        int rows = (int) matrix.shape()[0];
        int columns = (int) matrix.shape()[1];
        FloatBuffer memory = OnnxRuntime.memory(4 * matrix.size()).asFloatBuffer();
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                memory.put(c * rows + r, (float) (factor * matrix.values()[r * columns + c]));
            }
        }
        OnnxTensor tensor = OnnxRuntime.tensor(memory, columns, rows);
        tensors.add(tensor);
        return tensor;
    }

    @Override
    public void close() {
        tensors.forEach(OnnxTensor::close);
        tensors.clear();
        inputs.clear();
    }
}
