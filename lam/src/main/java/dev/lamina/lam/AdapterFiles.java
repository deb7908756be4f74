package dev.lamina.lam;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.SafeTensorsFile;
import dev.lamina.nn.SafeTensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Adapters in the file format of Hugging Face's PEFT: `adapter_config.json` and
/// `adapter_model.safetensors`, with PEFT's tensor names for a `BertForSequenceClassification`
/// whose classifier is trained (`modules_to_save`). The classes' names, which PEFT has no place
/// for, are in `labels.json`.
public final class AdapterFiles {
    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String LABELS = "labels.json";
    private static final String PREFIX = "base_model.model.";

    private AdapterFiles() {}

    /// Writes an adapter directory; it appears whole or not at all.
    public static void save(Path directory, Adapter adapter) {
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        adapter.tensors().forEach((name, tensor) -> tensors.put(peftName(name), tensor));
        AtomicFiles.writeDirectory(
                directory,
                temporary -> {
                    Files.writeString(temporary.resolve(CONFIG), config(adapter));
                    Files.writeString(
                            temporary.resolve(LABELS),
                            JsonMapper.shared().writeValueAsString(adapter.labels()) + "\n");
                    SafeTensorsWriter.write(
                            temporary.resolve(WEIGHTS), tensors, Map.of("format", "pt"));
                });
    }

    /// Reads an adapter directory, ours or one that PEFT wrote for a BERT classifier.
    ///
    /// @throws BadInputException if a file is missing or they do not fit together
    public static Adapter load(Path directory) {
        Path configFile = directory.resolve(CONFIG);
        Path weightsFile = directory.resolve(WEIGHTS);
        BadInputException.check(
                Files.isRegularFile(configFile) && Files.isRegularFile(weightsFile),
                directory + " has no " + CONFIG + " with " + WEIGHTS,
                "it is not an adapter directory; `finetune` writes one under adapter/ of its run.");
        try {
            JsonNode json = JsonMapper.shared().readTree(configFile);
            SequencedMap<String, FloatTensor> tensors = new LinkedHashMap<>();
            try (SafeTensorsFile file = SafeTensorsFile.open(weightsFile)) {
                for (String name : file.names()) {
                    tensors.put(ourName(name, weightsFile), file.read(name));
                }
            }
            Lora lora =
                    new Lora(
                            json.path("r").asInt(0),
                            json.path("lora_alpha").asDouble(0),
                            json.path("lora_dropout").asDouble(0),
                            targets(tensors, weightsFile));
            check(lora, tensors, weightsFile);
            return new Adapter(
                    json.path("base_model_name_or_path").asString(""),
                    lora,
                    labels(directory, tensors),
                    tensors);
        } catch (JacksonException e) {
            throw new BadInputException(
                    configFile + ": not JSON: " + e.getOriginalMessage(),
                    "the download was cut short.");
        }
    }

    private static String config(Adapter adapter) {
        Lora lora = adapter.lora();
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("peft_type", "LORA")
                .put("task_type", "SEQ_CLS")
                .put("base_model_name_or_path", adapter.baseModel())
                .put("r", lora.rank())
                .put("lora_alpha", lora.alpha())
                .put("lora_dropout", lora.dropout())
                .put("bias", "none")
                .put("fan_in_fan_out", false)
                .put("inference_mode", true);
        boolean ambiguous =
                lora.targets().contains(Lora.Target.OUTPUT)
                        && !lora.targets().contains(Lora.Target.ATTENTION_OUTPUT);
        List<String> paths = lora.targets().stream().map(Lora.Target::path).toList();
        if (ambiguous) { // as a suffix, output.dense would catch attention.output.dense too
            json.put(
                    "target_modules",
                    ".*\\.layer\\.\\d+\\.(" + String.join("|", paths).replace(".", "\\.") + ")");
        } else {
            ArrayNode targets = json.putArray("target_modules");
            paths.forEach(targets::add);
        }
        json.putArray("modules_to_save").add("classifier");
        return json.toPrettyString() + "\n";
    }

    private static String peftName(String name) {
        return PREFIX + (name.startsWith("encoder.") ? "bert." : "") + name;
    }

    private static String ourName(String peftName, Path file) {
        BadInputException.check(
                peftName.startsWith(PREFIX),
                file + ": tensor " + peftName + " does not start with " + PREFIX,
                "it is not a PEFT adapter.");
        String name = peftName.substring(PREFIX.length());
        return name.startsWith("bert.") ? name.substring("bert.".length()) : name;
    }

    private static List<Lora.Target> targets(Map<String, FloatTensor> tensors, Path file) {
        TreeSet<Lora.Target> found = new TreeSet<>();
        for (String name : tensors.keySet()) {
            if (name.equals(Lora.HEAD_WEIGHT) || name.equals(Lora.HEAD_BIAS)) {
                continue;
            }
            Lora.Target match = null;
            for (Lora.Target target : Lora.Target.values()) {
                if (name.matches(
                        "encoder\\.layer\\.\\d+\\."
                                + target.path().replace(".", "\\.")
                                + "\\.lora_[AB]\\.weight")) {
                    match = target;
                }
            }
            if (match == null) {
                throw new BadInputException(
                        file
                                + ": tensor "
                                + name
                                + " is no LoRA pair of a BERT block and not its classifier",
                        "the adapter belongs to another kind of model.");
            }
            found.add(match);
        }
        BadInputException.check(
                !found.isEmpty(), file + ": no LoRA pairs", "the file is not an adapter.");
        return new ArrayList<>(found);
    }

    private static void check(Lora lora, Map<String, FloatTensor> tensors, Path file) {
        tensors.forEach((name, tensor) -> {
            long[] shape = tensor.shape();
            boolean fits =
                    name.equals(Lora.HEAD_BIAS)
                            ? shape.length == 1
                            : shape.length == 2
                                    && (!name.endsWith(".lora_A.weight") || shape[0] == lora.rank())
                                    && (!name.endsWith(".lora_B.weight")
                                            || shape[1] == lora.rank());
            BadInputException.check(
                    fits,
                    file
                            + ": tensor "
                            + name
                            + " has shape "
                            + java.util.Arrays.toString(shape)
                            + " at rank "
                            + lora.rank(),
                    "adapter_config.json belongs to another adapter.");
        });
    }

    private static List<String> labels(Path directory, Map<String, FloatTensor> tensors) {
        Path file = directory.resolve(LABELS);
        FloatTensor head = tensors.get(Lora.HEAD_BIAS);
        int classes = head == null ? 0 : head.size();
        List<String> labels = new ArrayList<>();
        if (Files.isRegularFile(file)) {
            try {
                for (JsonNode label : JsonMapper.shared().readTree(Files.readString(file))) {
                    labels.add(label.asString(""));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
            }
            BadInputException.check(
                    labels.size() == classes,
                    file + ": " + labels.size() + " labels for a head of " + classes + " classes",
                    "the file belongs to another adapter.");
        } else {
            for (int i = 0; i < classes; i++) {
                labels.add("LABEL_" + i);
            }
        }
        return labels;
    }
}
