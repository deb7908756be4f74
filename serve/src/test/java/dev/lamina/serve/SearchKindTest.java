package dev.lamina.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchKindTest {
    private static final TextServices SERVICES = new TextServices();
    private static final Service SEARCH =
            SERVICES.load("search", "corpus", "corpus.txt", "model", "minilm");

    @AfterAll
    static void free() {
        SERVICES.close();
    }

    private static Map<String, Value> query(String text, long top) {
        Map<String, Value> vector =
                TextServices.run(
                                TextServices.texts(List.of(text)),
                                SERVICES.load("text-embedding", "model", "minilm"),
                                SERVICES.load("backbone", "model", "minilm"),
                                SERVICES.load("pooling", "model", "minilm"))
                        .getFirst();
        Map<String, Value> query = new LinkedHashMap<>(vector);
        query.put("top", new Value.Integers(new long[0], new long[] {top}));
        return query;
    }

    private static List<String> found(Service search, Map<String, Value> query) {
        return Inputs.text(TextServices.run(List.of(query), search).getFirst(), "documents")
                .lines();
    }

    @Test
    void findsTheDocumentsThatAreMeant() {
        Map<String, Value> query = query("how do several nodes survive the loss of one?", 3);
        Map<String, Value> answer = TextServices.run(List.of(query), SEARCH).getFirst();
        assertThat(Inputs.text(answer, "documents").lines())
                .hasSize(3)
                .contains("A replica on a second node takes over when the first one fails.");
        float[] scores = TextServices.floats(answer, "scores").values();
        assertThat(scores[0]).isGreaterThanOrEqualTo(scores[1]).isLessThanOrEqualTo(1.0001f);
        assertThat(scores[1]).isGreaterThanOrEqualTo(scores[2]);
        assertThat(found(SEARCH, query("a wristband that measures the pulse", 1)))
                .containsExactly(
                        "A wearable watches the heart and warns before its battery is empty.");
    }

    @Test
    void aDocumentOfTheCorpusIsNearestToItselfAndKnowsItsLine() {
        String third =
                "A phone keeps the first blocks of a model and sends what comes out of them.";
        Map<String, Value> answer = TextServices.run(List.of(query(third, 1)), SEARCH).getFirst();
        assertThat(Inputs.integer(answer, "ids", -1)).isEqualTo(2);
        assertThat(TextServices.floats(answer, "scores").values()[0]).isGreaterThan(0.9999f);
    }

    @Test
    void addedDocumentsAreFoundAndMoveWithTheState(@TempDir Path folder) throws IOException {
        Service empty = SERVICES.load("search", "model", "minilm");
        assertThat(found(empty, query("anything", 5))).isEmpty();
        Map<String, Value> bread = new LinkedHashMap<>(query("how to bake bread", 1));
        bread.put("add", new Value.Text(List.of("Bread needs", "flour.")));
        assertThat(found(empty, bread)).containsExactly("Bread needs flour.");

        byte[] state = empty.state();
        Service moved = SERVICES.load("search", "model", "minilm");
        moved.restore(state);
        assertThat(moved.state()).isEqualTo(state);
        assertThat(found(moved, query("baking", 9))).containsExactly("Bread needs flour.");

        Path file = folder.resolve("bread.index");
        Files.write(file, SEARCH.state());
        Service read = SERVICES.load("search", "index", file.toString());
        Map<String, Value> query = query("radio channels change quickly", 5);
        assertThat(found(read, query)).isEqualTo(found(SEARCH, query));
    }

    @Test
    void statesThatAreDamagedAreRefused() {
        Service search = SERVICES.load("search", "model", "minilm");
        byte[] state = SEARCH.state();
        for (int at : new int[] {0, 5, 9, 13, 17, state.length / 2, state.length - 1}) {
            byte[] damaged = state.clone();
            damaged[at] ^= 1;
            refuses(search, damaged);
        }
        refuses(search, java.util.Arrays.copyOf(state, state.length - 1));
        refuses(search, new byte[0]);
        assertThat(found(search, query("anything", 1))).isEmpty(); // as it was
        Service small = SERVICES.load("search", "model", "minilm", "capacity", 59);
        assertThatExceptionOfType(ServeException.class)
                .isThrownBy(() -> small.restore(state))
                .withMessageContaining("60 documents, at most 59");
    }

    private static void refuses(Service search, byte[] state) {
        assertThatExceptionOfType(ServeException.class)
                .isThrownBy(() -> search.restore(state))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(ServeException.Reason.BAD_INPUT));
    }

    @Test
    void aFullIndexTakesNoMoreButAnswersStill() {
        Service one = SERVICES.load("search", "model", "minilm", "capacity", 1);
        Map<String, Value> add = new LinkedHashMap<>(query("x", 1));
        add.put("add", new Value.Text("x"));
        List<Outcome> outcomes = one.run(List.of(add, add, query("x", 1)));
        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Done.class);
        assertThat(((Outcome.Failed) outcomes.get(1)).error().reason())
                .isEqualTo(ServeException.Reason.EXHAUSTED);
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void badQueriesAreRefused() {
        Map<String, Value> none = query("x", 0);
        FloatTensor broken = FloatTensor.zeros(384);
        broken.values()[7] = Float.NaN;
        Map<String, Value> notFinite = Map.of("vector", new Value.Floats(broken));
        for (Outcome outcome : SEARCH.run(List.of(none, notFinite))) {
            assertThat(((Outcome.Failed) outcome).error().reason())
                    .isEqualTo(ServeException.Reason.BAD_INPUT);
        }
    }

    @Test
    void jsonLinesAreACorpusToo(@TempDir Path folder) throws IOException {
        Path corpus = folder.resolve("corpus.jsonl");
        Files.writeString(
                corpus, "{\"id\": 1, \"text\": \"cats\\nand dogs\"}\n\n{\"text\": \"stocks\"}\n");
        Service search = SERVICES.load("search", "corpus", corpus.toString());
        assertThat(found(search, query("pets", 2))).containsExactly("cats and dogs", "stocks");

        Files.writeString(corpus, "{\"text\": \"x\"}\n{\"txt\": \"y\"}\n");
        refusesToLoad(corpus + ":2: no field text", "corpus", corpus.toString());
        Files.writeString(corpus, "text\n");
        refusesToLoad(corpus + ":1: not JSON", "corpus", corpus.toString());
        Files.write(corpus, new byte[] {(byte) 0xff, '\n'});
        refusesToLoad("is not UTF-8", "corpus", corpus.toString());
        refusesToLoad("is no file", "corpus", "nowhere.txt");
        refusesToLoad("both corpus and index", "corpus", "corpus.txt", "index", "corpus.txt");
        refusesToLoad("is not an index", "index", "corpus.txt");
    }

    private static void refusesToLoad(String problem, Object... settings) {
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> SERVICES.load("search", settings))
                .withMessageContaining(problem);
    }
}
