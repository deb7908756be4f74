package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import dev.lamina.serve.FlowSpec.Source;
import dev.lamina.serve.FlowSpec.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Services and flows in a YAML file:
///
/// ```yaml
/// services:
///   embedding: {kind: text-embedding, model: minilm}
///   minilm: {kind: backbone, model: minilm, version: "1"}
///   sentence: {kind: pooling, model: minilm}
/// flows:
///   embed:
///     description: a vector for a text
///     inputs: {text: text}
///     steps:
///       tokens: {service: embedding, text: text}
///       blocks: {service: minilm, hidden: tokens.hidden}
///       vector: {service: sentence, hidden: blocks.hidden}
///     outputs: {embedding: vector.vector}
/// placement:                     # may be left out
///   node-a: [embedding, minilm, sentence]
/// ```
///
/// An input of a step is an input of the flow (`text`), an output of another step
/// (`tokens.hidden`), or a constant text (`=wordnet`). Paths in settings are relative to the file.
public final class FlowFile {
    private static final long LARGEST = 1 << 20;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,31}");
    private static final Pattern WRONG = Pattern.compile("^(found|expected|but|could not|mapping)");
    private static final Pattern LINE = Pattern.compile(" line (\\d{1,7}), column ");
    private static final Pattern TENSOR =
            Pattern.compile("(floats|integers)\\[((?:(?:\\?|\\d{1,6})(?:,(?!\\]))?)*)\\]");

    private FlowFile() {}

    /// Reads and checks a file.
    ///
    /// @throws BadInputException with the file, and the line or the name of what is wrong
    public static Catalogue read(Path file, ServiceKinds kinds) {
        BadInputException.check(
                Files.isRegularFile(file),
                "flows '" + file + "' is no file",
                "take recipes/flows.yaml");
        try {
            BadInputException.check(
                    Files.size(file) <= LARGEST,
                    file + " has " + Files.size(file) + " bytes",
                    "it is another file: flows take at most " + LARGEST);
            Path parent = file.toAbsolutePath().getParent();
            return BadInputException.at(
                    file.toString(),
                    () -> parse(read(file), parent == null ? Path.of("") : parent, kinds));
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read " + file + ": " + e.getMessage(), "it is another user's");
        }
    }

    private static JsonNode read(Path file) {
        try {
            return YAMLMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .readTree(file);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            List<String> said = String.valueOf(e.getOriginalMessage()).lines().toList();
            String why = said.isEmpty() ? "" : said.getFirst();
            if (why.startsWith("while ")) { // what is wrong, and where, stands below what was read
                why = said.stream().filter(WRONG.asPredicate()).findFirst().orElse(why);
                Matcher lines = LINE.matcher(String.join("\n", said));
                while (lines.find()) {
                    line = Integer.parseInt(lines.group(1));
                }
            }
            throw new BadInputException(
                    "line " + line + ": " + why.replaceFirst("^java[\\w.]+: ", ""), hint(why));
        }
    }

    private static String hint(String why) {
        if (why.contains("UTF-8")) {
            return "the file is no text, or of another encoding: save it as UTF-8";
        }
        if (why.startsWith("Duplicate")) {
            return "give one of them another name";
        }
        return "the indentation is wrong, a bracket is missing, or there is a tab for spaces";
    }

    /// Services and flows of a tree.
    static Catalogue parse(JsonNode root, Path base, ServiceKinds kinds) {
        only("the file", root, "services", "flows", "placement");
        List<ServiceSpec> services = new ArrayList<>();
        entries("services", root.path("services"))
                .forEach((name, json) ->
                        services.add(
                                BadInputException.at(
                                        "service " + name, () -> service(name, json, base))));
        BadInputException.check(!services.isEmpty(), "has no services", "add one under services:");
        List<FlowSpec> flows = new ArrayList<>();
        entries("flows", root.path("flows"))
                .forEach((name, json) ->
                        flows.add(BadInputException.at("flow " + name, () -> flow(name, json))));
        SequencedMap<String, List<String>> placement = new LinkedHashMap<>();
        entries("placement", root.path("placement"))
                .forEach((node, json) ->
                        placement.put(
                                node,
                                BadInputException.at("placement of " + node, () -> texts(json))));
        return Catalogue.check(kinds, services, flows, placement);
    }

    private static ServiceSpec service(String name, JsonNode json, Path base) {
        BadInputException.check(
                json.path("kind").isString(), "has no kind", "add 'kind: backbone'");
        SequencedMap<String, Object> settings = new LinkedHashMap<>();
        String version = "1";
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            switch (entry.getKey()) {
                case "kind" -> {} // read above
                case "version" -> version = entry.getValue().asString("");
                default -> settings.put(entry.getKey(), plain(entry.getKey(), entry.getValue()));
            }
        }
        BadInputException.check(
                VERSION.matcher(version).matches(),
                "version " + Shown.quoted(version),
                "take letters, digits, '.', '-' and '_': \"2\"");
        return new ServiceSpec(
                name, version, json.path("kind").asString(), new Settings(base, settings));
    }

    /// A setting as Java sees it.
    private static Object plain(String name, JsonNode json) {
        if (json.isString()) {
            return json.asString();
        }
        if (json.isInt()) {
            return json.asInt();
        }
        if (json.isBoolean()) {
            return json.asBoolean();
        }
        if (json.isNumber()) {
            return json.asDouble();
        }
        if (json.isArray()) {
            return json.valueStream().map(value -> plain(name, value)).toList();
        }
        if (json.isObject()) {
            SequencedMap<String, Object> map = new LinkedHashMap<>();
            json.properties().forEach(e -> map.put(e.getKey(), plain(name, e.getValue())));
            return map;
        }
        throw new BadInputException(name + " is empty", "give it a value or take the line out");
    }

    private static FlowSpec flow(String name, JsonNode json) {
        only("it", json, "description", "inputs", "steps", "outputs");
        return new FlowSpec(
                name,
                json.path("description").asString(""),
                values("inputs", json, (key, text) -> type(text)),
                entriesOf("steps", json, FlowFile::step),
                values("outputs", json, (key, text) -> Source.parse(text)));
    }

    private static Step step(String name, JsonNode json) {
        SequencedMap<String, Source> inputs = new LinkedHashMap<>();
        BadInputException.check(
                json.path("service").isString(),
                "step " + name + " has no service",
                "add 'service: NAME'");
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (!entry.getKey().equals("service")) {
                inputs.put(entry.getKey(), Source.parse(text(entry.getKey(), entry.getValue())));
            }
        }
        return new Step(json.path("service").asString(), inputs);
    }

    /// A type as it is written: `text`, `image`, `audio`, `floats[?,384]`, `integers[]`.
    static ValueType type(String text) {
        return switch (text) {
            case "text" -> ValueType.TEXT;
            case "image" -> ValueType.IMAGE;
            case "audio" -> ValueType.AUDIO;
            default -> tensor(text);
        };
    }

    private static ValueType tensor(String text) {
        Matcher matcher = TENSOR.matcher(text);
        BadInputException.check(
                matcher.matches(),
                "type " + Shown.quoted(text) + " is not known",
                "take text, image, audio, or for example floats[?,384] or integers[]");
        List<Integer> shape = new ArrayList<>();
        for (String length : matcher.group(2).split(",", -1)) {
            if (!length.isEmpty()) {
                shape.add(length.equals("?") ? -1 : Integer.parseInt(length));
            }
        }
        return new ValueType(
                matcher.group(1).equals("floats") ? ValueType.Kind.FLOATS : ValueType.Kind.INTEGERS,
                shape);
    }

    private static <T> SequencedMap<String, T> values(
            String key, JsonNode json, BiFunction<String, String, T> value) {
        return entriesOf(key, json, (name, node) -> value.apply(name, text(name, node)));
    }

    private static <T> SequencedMap<String, T> entriesOf(
            String key, JsonNode json, BiFunction<String, JsonNode, T> value) {
        SequencedMap<String, T> map = new LinkedHashMap<>();
        entries(key, json.path(key))
                .forEach((name, node) ->
                        map.put(name, BadInputException.at(key, () -> value.apply(name, node))));
        return map;
    }

    private static SequencedMap<String, JsonNode> entries(String what, JsonNode json) {
        SequencedMap<String, JsonNode> map = new LinkedHashMap<>();
        if (json.isMissingNode() || json.isNull()) {
            return map;
        }
        BadInputException.check(
                json.isObject(), what + " is not a map", "write 'name: {...}' under it");
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            BadInputException.check(
                    NAME.matcher(entry.getKey()).matches(),
                    what + ": name " + Shown.quoted(entry.getKey()),
                    "take up to 64 letters, digits, '-' and '_'");
            map.put(entry.getKey(), entry.getValue());
        }
        return map;
    }

    private static String text(String key, JsonNode json) {
        BadInputException.check(
                json.isString(),
                key + ": " + Shown.quoted(json.toString()) + " is not a text",
                "write an input of the flow, STEP.OUTPUT, or =TEXT");
        return json.asString();
    }

    private static List<String> texts(JsonNode json) {
        BadInputException.check(
                json.isArray() && json.valueStream().allMatch(JsonNode::isString),
                Shown.quoted(json.toString()) + " is not a list of services",
                "write [embedding, minilm]");
        return json.valueStream().map(JsonNode::asString).toList();
    }

    private static void only(String what, JsonNode json, String... keys) {
        BadInputException.check(
                json.isObject(), what + " is not a map", "recipes/flows.yaml shows the form");
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            BadInputException.check(
                    List.of(keys).contains(entry.getKey()),
                    "unknown key " + Shown.quoted(entry.getKey()),
                    "take " + String.join(", ", keys));
        }
    }
}
