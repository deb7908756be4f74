package dev.lamina.data;

import static dev.lamina.data.Fixtures.assertBadInput;
import static dev.lamina.data.Fixtures.load;
import static dev.lamina.data.Fixtures.write;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BadFilesTest {
    @TempDir Path folder;

    static Stream<Arguments> files() {
        return Stream.of(
                file("d.txt", "a;yes\n\nno separator\n", "d.txt:3:", "no ';'", "no separator"),
                file("d.txt", "a;yes\n ;no\n", "d.txt:2:", "empty text"),
                file("d.txt", "a;yes\nb; \n", "d.txt:2:", "empty label", "'b'"),
                file("d.txt", "", "d.txt is empty"),
                file("d.txt", "\n \n", "d.txt is empty"),
                file("d.txt", "a;yes\nb;yes\n", "only one class, 'yes'"),
                file("d.txt", "a;yes\nb;no\n", "d.txt: 2 different texts of 2 classes are too few"),
                file(
                        "d.txt",
                        "a;" + "long ".repeat(50) + "\n",
                        "d.txt:1:",
                        "no name of a class",
                        "wrong way round"),
                file("d.txt", "a;ye\u0007s\n", "d.txt:1:", "control character"),
                file(
                        "d.txt",
                        "a;yes\n" + "x".repeat(1 << 20) + ";no\n",
                        "d.txt:2:",
                        "longer than 1048576 bytes"),
                file(
                        "d.csv",
                        "text,label\na,yes\nb,no,c\n",
                        "d.csv:3:",
                        "3 column(s) instead of 2"),
                file(
                        "d.csv",
                        "text,label\n\"a\nb\",yes\nc\n",
                        "d.csv:4:",
                        "1 column(s) instead of 2"),
                file("d.csv", "text,label\n,yes\n", "d.csv:2:", "empty text"),
                file("d.csv", "text,label\na,\n", "d.csv:2:", "empty label"),
                file("d.csv", "text,label\n\"a\"b,yes\n", "d.csv:2:", "malformed record", "quote"),
                file(
                        "d.csv",
                        "text,label\na,yes\n\"b,yes\nc,no\n",
                        "d.csv:3:",
                        "malformed record",
                        "quote"),
                file(
                        "d.csv",
                        "text,label\n\"" + "line\n".repeat(1 << 19),
                        "d.csv:",
                        "a record longer",
                        "quote"),
                file(
                        "d.csv",
                        "a;yes\nb;no\n",
                        "d.csv:1:",
                        "1 column(s)",
                        "not separated by commas"),
                file("d.tsv", "a,yes\nb,no\n", "d.tsv:1:", "not separated by tabs"),
                file(
                        "d.csv",
                        "id,words,mood\n1,a,yes\n",
                        "d.csv:1:",
                        "3 column(s)",
                        "[id, words, mood]"),
                file("d.csv", "text,label\n", "d.csv is empty"),
                file(
                        "d.jsonl",
                        "{\"text\":\"a\",\"label\":\"yes\"}\n{\"text\":\n",
                        "d.jsonl:2:",
                        "malformed JSON"),
                file(
                        "d.jsonl",
                        "{\"text\":\"a\",\"label\":\"yes\"} x\n",
                        "d.jsonl:1:",
                        "malformed JSON"),
                file(
                        "d.jsonl",
                        "{\"text\":\"a\",\"text\":\"b\",\"label\":1}\n",
                        "d.jsonl:1:",
                        "malformed JSON"),
                file("d.jsonl", "[".repeat(100_000) + "\n", "d.jsonl:1:", "malformed JSON"),
                file("d.jsonl", "[1, 2]\n", "d.jsonl:1:", "no object"),
                file("d.jsonl", "{\"text\":\"a\"}\n", "d.jsonl:1:", "no key for the label"),
                file(
                        "d.jsonl",
                        "{\"text\":\"a\",\"label\":1}\n{\"text\":\"b\"}\n",
                        "d.jsonl:2:",
                        "'label'"),
                file(
                        "d.jsonl",
                        "{\"text\":\"a\",\"label\":null}\n",
                        "d.jsonl:1:",
                        "no value for the key 'label'"),
                file("d.jsonl", "{\"text\":5,\"label\":1}\n", "d.jsonl:1:", "no string", "5"),
                file("d.jsonl", "{\"text\":\"a\",\"label\":0.5}\n", "d.jsonl:1:", "0.5"),
                file("d.jsonl", "{\"text\":\"\",\"label\":1}\n", "d.jsonl:1:", "empty text"),
                file(
                        "d.jsonl",
                        "{\"text\":\"a\\ud800b\",\"label\":1}\n",
                        "d.jsonl:1:",
                        "surrogate"),
                file("d.jsonl", "{\"text\":\"a\\u0000b\",\"label\":1}\n", "d.jsonl:1:", "NUL"),
                file("d.parquet", "PAR1", "d.parquet", "'parquet'", ".jsonl"),
                file("data", "a;yes\n", "the extension ''"));
    }

    private static Arguments file(String name, String content, String... parts) {
        return Arguments.of(name, content, parts);
    }

    @ParameterizedTest
    @MethodSource("files")
    void oneMessageWithFileAndLine(String name, String content, String[] parts) {
        Path file = write(folder, name, content);
        assertBadInput(() -> load(file), parts);
    }

    @Test
    void encodings() {
        String text = "fine;yes\ncaf\u00e9;no\n";
        Path latin1 = write(folder, "latin1.txt", text.getBytes(StandardCharsets.ISO_8859_1));
        assertBadInput(
                () -> load(latin1),
                "latin1.txt:2:",
                "invalid UTF-8",
                "Latin-1; convert it with iconv");
        Path utf16 = write(folder, "utf16.csv", text.getBytes(StandardCharsets.UTF_16));
        assertBadInput(() -> load(utf16), "utf16.csv:1:", "NUL", "UTF-16");
        Path binary =
                write(folder, "binary.txt", "a;yes\nPK\0\3\4".getBytes(StandardCharsets.UTF_8));
        assertBadInput(() -> load(binary), "binary.txt:2:", "NUL", "binary");
    }

    @Test
    void columnsThatAreNotThere() {
        Path csv = write(folder, "d.csv", "review,stars\na,1\n");
        assertBadInput(
                () -> TextDatasets.load(csv.toString(), new Columns("reviews", "stars"), 1),
                "d.csv:1:",
                "no column 'reviews'",
                "Maybe you meant 'review'");
        Path json = write(folder, "d.jsonl", "{\"review\":\"a\",\"stars\":1}\n");
        assertBadInput(
                () -> TextDatasets.load(json.toString(), new Columns("review", "grade"), 1),
                "d.jsonl:1:",
                "no key 'grade'",
                "[review, stars]");
        assertBadInput(
                () -> TextDatasets.load(csv.toString(), new Columns("review", "review"), 1),
                "d.csv:1:",
                "'review' is text and label at once");
        Path txt = write(folder, "d.txt", "a;1\n");
        assertBadInput(
                () -> TextDatasets.load(txt.toString(), new Columns("review", null), 1),
                "review",
                "d.txt");
    }

    @Test
    void textAndLabelTheWrongWayRound() {
        var swapped = new StringBuilder("label,text\n");
        for (int i = 0; i < 1_500; i++) {
            swapped.append("text ").append(i).append(",yes\n");
        }
        Path file = write(folder, "d.csv", swapped.toString());
        assertBadInput(() -> load(file), "d.csv", "1500 different labels", "wrong way round");
    }

    @Test
    void namesThatAreNotThere() {
        assertBadInput(
                () -> TextDatasets.load("wordnett", 1), "'wordnett'", "Maybe you meant 'wordnet'");
        assertBadInput(
                () -> TextDatasets.load("WordNet", 1), "'WordNet'", "Maybe you meant 'wordnet'");
        assertBadInput(
                () -> TextDatasets.load("carer", 1), "'carer'", "bundled data sets: [wordnet]");
        assertBadInput(() -> TextDatasets.load("", 1), "empty");
        assertBadInput(() -> TextDatasets.load("a\0b", 1), "no path");
        write(folder, "reviews.csv", "text,label\n");
        String mistyped = folder.resolve("review.csv").toString();
        assertBadInput(
                () -> TextDatasets.load(mistyped, 1), mistyped, "Maybe you meant", "reviews.csv");
        String nowhere = folder.resolve("none/review.csv").toString();
        assertBadInput(() -> TextDatasets.load(nowhere, 1), nowhere);
    }
}
