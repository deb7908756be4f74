package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The documents of a corpus whose vectors are nearest to a vector. The corpus is embedded when the
/// service is loaded, by the services that embed requests. A request may add a document, so the
/// index is a state that moves with the service.
public final class SearchKind implements ServiceKind {
    private static final int CAPACITY = 100_000;
    private static final int MOST_CAPACITY = 200_000;
    private static final int TOP = 5;
    private static final int MOST_TOP = 1000;
    private static final int BATCH = 32;
    private static final long LARGEST_CORPUS = 256L << 20;

    private static final class Search implements Service {
        private VectorIndex index;
        private final int capacity;

        Search(VectorIndex index, int capacity) {
            this.index = index;
            this.capacity = capacity;
        }

        @Override
        public List<Outcome> run(List<Map<String, Value>> items) {
            return items.stream().map(item -> Outcome.of(() -> search(item))).toList();
        }

        private Map<String, Value> search(Map<String, Value> item) {
            float[] vector = Inputs.floats(item, "vector").values();
            VectorIndex.checkFinite(vector);
            long top = Inputs.integer(item, "top", TOP);
            ServeException.check(
                    top >= 1 && top <= MOST_TOP, "top " + top, "ask for 1 to " + MOST_TOP);
            String added = Inputs.line(item, "add");
            if (!added.isBlank()) {
                index.add(added.replaceAll("\\R", " "), vector);
            }
            List<VectorIndex.Hit> hits = index.nearest(vector, (int) top);
            FloatTensor scores = FloatTensor.zeros(hits.size());
            long[] ids = new long[hits.size()];
            for (int i = 0; i < ids.length; i++) {
                scores.values()[i] = (float) hits.get(i).score();
                ids[i] = hits.get(i).id();
            }
            return Map.of(
                    "documents",
                    new Value.Text(hits.stream().map(VectorIndex.Hit::document).toList()),
                    "scores",
                    new Value.Floats(scores),
                    "ids",
                    new Value.Integers(new long[] {ids.length}, ids));
        }

        @Override
        public byte[] state() {
            return index.toBytes();
        }

        @Override
        public void restore(byte[] state) {
            try {
                index = VectorIndex.read(state, "the state", index.length(), capacity);
            } catch (BadInputException e) {
                throw new ServeException(
                        ServeException.Reason.BAD_INPUT, String.valueOf(e.getMessage()), e);
            }
        }

        @Override
        public void close() {}
    }

    @Override
    public String name() {
        return "search";
    }

    @Override
    public String description() {
        return "the nearest documents to a vector; settings corpus (a text file with a document a"
                + " line, or .jsonl with text), index (an exported state), model, precision,"
                + " maxTokens, capacity";
    }

    @Override
    public Signature signature(Settings settings) {
        int hidden = model(settings).config().hidden();
        return new Signature(
                List.of(
                        new Port("vector", ValueType.floats(hidden)),
                        new Port("top", ValueType.integers(), true),
                        new Port("add", ValueType.TEXT, true)),
                List.of(
                        new Port("documents", ValueType.TEXT),
                        new Port("scores", ValueType.floats(-1)),
                        new Port("ids", ValueType.integers(-1))));
    }

    private static TextModel model(Settings settings) {
        settings.only("corpus", "index", "model", "precision", "maxTokens", "capacity");
        BadInputException.check(
                settings.text("corpus") == null || settings.text("index") == null,
                "both corpus and index",
                "leave one out: an index has its documents in it");
        return TextModel.of(settings);
    }

    /// From the size of the file: documents of 60 characters.
    @Override
    public long memoryBytes(Settings settings) {
        int hidden = model(settings).config().hidden();
        Path corpus = file(settings, "corpus");
        Path index = file(settings, "index");
        try {
            long documents = corpus == null ? 0 : Files.size(corpus) / 60 * (4L * hidden + 200);
            return documents + (index == null ? 0 : 2 * Files.size(index));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read corpus or index: " + e.getMessage(), e);
        }
    }

    @Override
    public int largestBatch(Settings settings) {
        return BATCH;
    }

    @Override
    public Service load(Settings settings) {
        TextModel model = model(settings);
        int hidden = model.config().hidden();
        int capacity = settings.integer("capacity", CAPACITY, 1, MOST_CAPACITY);
        Path given = file(settings, "index");
        Path corpus = file(settings, "corpus");
        VectorIndex index = new VectorIndex(hidden, capacity);
        try {
            if (given != null) {
                index = VectorIndex.read(readAll(given), given.toString(), hidden, capacity);
            } else if (corpus != null) {
                fill(index, documents(corpus, capacity), settings);
            }
        } catch (ServeException e) {
            throw new BadInputException(
                    "corpus: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    "a document is too long for it.");
        }
        return new Search(index, capacity);
    }

    private static @Nullable Path file(Settings settings, String setting) {
        String given = settings.text(setting);
        if (given == null) {
            return null;
        }
        Path file = settings.resolve(given);
        BadInputException.check(
                Files.isRegularFile(file),
                setting + " '" + file + "' is no file",
                "the path is mistyped; it is relative to the file of flows");
        return file;
    }

    private static byte[] readAll(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static List<String> documents(Path corpus, int capacity) {
        List<String> documents = new ArrayList<>();
        boolean json = corpus.toString().endsWith(".jsonl");
        try {
            BadInputException.check(
                    Files.size(corpus) <= LARGEST_CORPUS,
                    corpus + " has more than " + (LARGEST_CORPUS >> 20) + " MB",
                    "make an index of it in parts.");
            int number = 0;
            for (String line : Files.readAllLines(corpus)) {
                number++;
                if (!line.isBlank()) {
                    documents.add(json ? field(line, corpus + ":" + number) : line.strip());
                }
            }
        } catch (CharacterCodingException e) {
            throw new BadInputException(corpus + " is not UTF-8", "save it as such.");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + corpus + ": " + e.getMessage(), e);
        }
        BadInputException.check(
                documents.size() <= capacity,
                corpus + " has " + documents.size() + " documents, at most " + capacity + " may be",
                "raise the setting capacity.");
        return documents;
    }

    private static String field(String line, String where) {
        try {
            JsonNode text = JsonMapper.shared().readTree(line).path("text");
            BadInputException.check(
                    text.isString(), where + ": no field text that is a text", "add it.");
            return text.asString().replaceAll("\\R", " ");
        } catch (JacksonException e) {
            throw new BadInputException(
                    where + ": not JSON: " + e.getOriginalMessage(),
                    "each line must be an object by itself.");
        }
    }

    /// Embeds documents as requests are embedded.
    private static void fill(VectorIndex index, List<String> documents, Settings settings) {
        List<ServiceKind> stages =
                List.of(new TextEmbeddingKind(), new BackboneKind(), new PoolingKind());
        List<List<String>> taken =
                List.of(
                        List.of("model", "precision", "maxTokens"),
                        List.of("model", "precision"),
                        List.of("model"));
        List<Service> services = new ArrayList<>();
        try {
            for (int i = 0; i < stages.size(); i++) {
                services.add(stages.get(i).load(some(settings, taken.get(i))));
            }
            for (int from = 0; from < documents.size(); from += BATCH) {
                List<String> batch =
                        documents.subList(from, Math.min(documents.size(), from + BATCH));
                List<Map<String, Value>> items =
                        batch.stream()
                                .map(text -> Map.<String, Value>of("text", new Value.Text(text)))
                                .toList();
                for (Service service : services) {
                    items = service.run(items).stream().map(Outcome::outputs).toList();
                }
                for (int i = 0; i < batch.size(); i++) {
                    index.add(batch.get(i), Inputs.floats(items.get(i), "vector").values());
                }
            }
        } finally {
            services.forEach(Service::close);
        }
    }

    private static Settings some(Settings settings, List<String> names) {
        SequencedMap<String, Object> values = new LinkedHashMap<>();
        for (String name : names) {
            Object value = settings.values().get(name);
            if (value != null) {
                values.put(name, value);
            }
        }
        return new Settings(settings.base(), values);
    }
}
