package dev.lamina.lam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.SafeTensorsDtype;
import dev.lamina.nn.SafeTensorsFile;
import dev.lamina.nn.SafeTensorsWriter;
import dev.lamina.nn.Tensors;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The frozen lower segment of a cut model as one safetensors file: what a device gets from the
/// server, so that it needs no model of its own. The tensors have the names of [BertWeights]; the
/// metadata hold the whole model's shape (`config`, the keys of Hugging Face's `config.json`) and
/// what of it the file has (`segment`). A head's pooling and number of classes are kept, its
/// weights are not: they are trained and come with the adapter.
///
/// The same segment gives the same bytes, so a file can be known by its SHA-256.
public final class SegmentFile {
    private static final String CONFIG = "config";
    private static final String SEGMENT = "segment";
    private static final String VERSION = "version";
    private static final String BLOCKS = "blocks";
    private static final String CLASSES = "classes";
    private static final int CURRENT_VERSION = 1;
    private static final int MOST_CLASSES = 1 << 16;

    private SegmentFile() {}

    /// What was in a file.
    ///
    /// @param lower from the token ids on, with the head if it has all blocks
    /// @param upper the head, if there are blocks between; else nothing. A head's weight and bias
    ///   are zero
    /// @param config the whole model's shape, of which the lower segment may have fewer blocks
    public record Loaded(Segment lower, Segment upper, Bert.Config config) {}

    /// What a file says of itself, checked.
    ///
    /// @param pooling of the head; null if there is none
    /// @param classes of the head; 0 if there is none
    private record Description(
            Bert.Config config, int blocks, Head.@Nullable Pooling pooling, int classes) {}

    /// Writes a segment; the file appears whole or not at all.
    ///
    /// @param lower starts with the embeddings; a head after fewer than all blocks is one that
    ///   comes after the server's part ([Cut.Parts#ofDevice()])
    /// @param config the whole model's shape
    /// @throws IllegalArgumentException if it is no such segment, or has adapters in it
    public static void save(Path file, Segment lower, Bert.Config config) {
        Bert.Embeddings embeddings = lower.embeddings();
        if (embeddings == null
                || lower.firstBlock() != 0
                || lower.blocks().size() > config.layers()) {
            throw new IllegalArgumentException("not the lower segment of " + config);
        }
        Bert part = new Bert(withLayers(config, lower.blocks().size()), embeddings, lower.blocks());
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, NDArray> weight : BertWeights.write(part).entrySet()) {
            tensors.put(weight.getKey(), Tensors.toJava(weight.getValue()));
        }
        SafeTensorsWriter.write(file, tensors, metadata(config, lower));
    }

    /// Reads a segment; its arrays belong to `manager`.
    ///
    /// @throws BadInputException if it is not a whole segment's file: each tensor must be there in
    ///   fp32 and in the shape that the metadata ask for, and no other
    public static Loaded load(Path file, NDManager manager) {
        NDManager arrays = manager.newSubManager();
        try (SafeTensorsFile in = SafeTensorsFile.open(file)) {
            Description description = description(in.metadata(), file);
            Bert.Config config = description.config();
            Set<String> known = new HashSet<>();
            Bert part =
                    BertWeights.read(
                            withLayers(config, description.blocks()),
                            arrays,
                            (name, shape) -> {
                                known.add(name);
                                FloatTensor tensor =
                                        HuggingFaceDirectory.tensor(in, file, name, shape);
                                checkType(in, file, name);
                                return tensor;
                            });
            checkNoOthers(in, file, known);
            boolean whole = description.blocks() == config.layers();
            Head head = head(description, arrays);
            return new Loaded(
                    new Segment(part.embeddings(), 0, part.blocks(), whole ? head : null),
                    new Segment(null, config.layers(), List.of(), whole ? null : head),
                    config);
        } catch (RuntimeException e) {
            arrays.close();
            throw e;
        }
    }

    private static void checkType(SafeTensorsFile in, Path file, String name) {
        SafeTensorsDtype type = in.entry(name).dtype();
        BadInputException.check(
                type == SafeTensorsDtype.F32,
                file + ": tensor " + name + " is " + type + ", not F32",
                "the file was converted; take the one that the server gave.");
    }

    private static void checkNoOthers(SafeTensorsFile in, Path file, Set<String> known) {
        Set<String> others = new TreeSet<>(in.names());
        others.removeAll(known);
        BadInputException.check(
                others.isEmpty(),
                file + ": " + others.size() + " tensors do not belong to the segment",
                "the file is a whole model's, or its metadata are another file's.");
    }

    private static @Nullable Head head(Description description, NDManager manager) {
        if (description.pooling() == null) {
            return null;
        }
        int classes = description.classes();
        return new Head(
                description.pooling(),
                Tensors.toEngine(
                        manager, FloatTensor.zeros(classes, description.config().hidden())),
                Tensors.toEngine(manager, FloatTensor.zeros(classes)));
    }

    private static Bert.Config withLayers(Bert.Config c, int layers) {
        return new Bert.Config(
                layers,
                c.hidden(),
                c.heads(),
                c.intermediate(),
                c.vocabulary(),
                c.positions(),
                c.types(),
                c.layerNormEps());
    }

    private static Map<String, String> metadata(Bert.Config config, Segment lower) {
        ObjectNode shape = JsonMapper.shared().createObjectNode();
        HuggingFaceDirectory.putShape(shape, config);
        ObjectNode segment = JsonMapper.shared().createObjectNode();
        segment.put(VERSION, CURRENT_VERSION).put(BLOCKS, lower.blocks().size());
        Head head = lower.head();
        if (head != null) {
            segment.put(CLASSES, head.bias().getShape().get(0));
            HuggingFaceDirectory.putPooling(segment, head.pooling());
        }
        return Map.of(CONFIG, shape.toString(), SEGMENT, segment.toString());
    }

    private static Description description(Map<String, String> metadata, Path file) {
        JsonNode segment = json(metadata, SEGMENT, file);
        JsonNode version = segment.path(VERSION);
        BadInputException.check(
                version.isInt() && version.asInt() == CURRENT_VERSION,
                file + ": version of the segment is " + version + ", not " + CURRENT_VERSION,
                "server and device are of different versions of Lamina.");
        Bert.Config config = HuggingFaceDirectory.config(json(metadata, CONFIG, file), file);
        JsonNode blocks = segment.path(BLOCKS);
        BadInputException.check(
                blocks.isInt() && blocks.asInt() >= 0 && blocks.asInt() <= config.layers(),
                file + ": blocks is " + blocks + ", not a whole number in 0.." + config.layers(),
                "the metadata are another file's.");
        if (!segment.has(CLASSES)) {
            return new Description(config, blocks.asInt(), null, 0);
        }
        return new Description(
                config,
                blocks.asInt(),
                pooling(segment, file),
                HuggingFaceDirectory.integer(segment, file, CLASSES, MOST_CLASSES));
    }

    /// As in a model's configuration, or none: the server has pooled.
    private static Head.Pooling pooling(JsonNode segment, Path file) {
        boolean done =
                segment.path(HuggingFaceDirectory.POOLING)
                        .asString("")
                        .equals(HuggingFaceDirectory.name(Head.Pooling.DONE));
        return done ? Head.Pooling.DONE : HuggingFaceDirectory.pooling(segment, file);
    }

    private static JsonNode json(Map<String, String> metadata, String key, Path file) {
        String text = metadata.get(key);
        if (text == null) {
            throw new BadInputException(
                    file + ": no '" + key + "' in the metadata",
                    "it is not a segment's file; a server writes one for its devices.");
        }
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            throw new BadInputException(
                    file + ": '" + key + "' in the metadata is not JSON: " + e.getOriginalMessage(),
                    "the file was edited by hand.");
        }
    }
}
