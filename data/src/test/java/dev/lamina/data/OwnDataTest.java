package dev.lamina.data;

import static dev.lamina.data.Fixtures.assertBadInput;
import static dev.lamina.data.Fixtures.lines;
import static dev.lamina.data.Fixtures.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Data that stay where they are: a device's file and a server's folder.
class OwnDataTest {
    private static final List<String> LABELS = List.of("no", "yes", "maybe");

    @TempDir Path folder;

    private List<Sample> samples(Path file) {
        return TextDatasets.samples(file.toString(), Columns.DETECT, LABELS);
    }

    private static HeldOut heldOut(Path path) {
        return TextDatasets.heldOut(path.toString(), Columns.DETECT, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    d.csv   | text,label%nb,yes%na,no%nb,yes%n
                    d.tsv   | b\tyes%na\tno%nb\tyes%n
                    d.txt   | b;yes%n%na;no%nb;yes%n
                    d.jsonl | {"text":"b","label":"yes"}%n{"text":"a","label":"no"}%n{"text":"b","label":"yes"}%n
                    """)
    void everyRowInItsOrder(String name, String content) {
        Path file = write(folder, name, content.formatted());
        assertThat(samples(file))
                .containsExactly(new Sample("b", 1), new Sample("a", 0), new Sample("b", 1));
    }

    /// A device may hold one class, or one sample.
    @Test
    void oneSampleIsEnough() {
        assertThat(samples(write(folder, "d.txt", "a;maybe"))).containsExactly(new Sample("a", 2));
    }

    @Test
    void columnsCanBeGiven() {
        Path file = write(folder, "d.csv", "stars,review\nno,a\n");
        assertThat(TextDatasets.samples(file.toString(), new Columns("review", "stars"), LABELS))
                .containsExactly(new Sample("a", 0));
    }

    @Test
    void anUnknownLabelIsNamedWithItsLineAndTheKnownOnes() {
        Path file = write(folder, "d.txt", "a;no\n\nb;never\n");
        assertBadInput(() -> samples(file), "d.txt:3:", "unknown label 'never'", "no, yes, maybe");
        Path near = write(folder, "e.txt", "a;yess\n");
        assertBadInput(() -> samples(near), "e.txt:1:", "Maybe 'yes' was meant");
    }

    @Test
    void samplesComeFromOneFile() {
        assertBadInput(() -> samples(folder), folder.toString(), "is a folder");
        assertBadInput(() -> samples(folder.resolve("no.txt")), "no.txt");
        assertBadInput(() -> samples(write(folder, "d.txt", "\n")), "d.txt is empty");
        assertBadInput(() -> samples(write(folder, "d.parquet", "x")), "'parquet'");
    }

    private static void assertSameAsLoaded(String nameOrPath) {
        TextDataset all = TextDatasets.load(nameOrPath, Columns.DETECT, 1);
        assertThat(TextDatasets.heldOut(nameOrPath, Columns.DETECT, 1))
                .isEqualTo(
                        new HeldOut(
                                nameOrPath,
                                all.labels(),
                                all.validation(),
                                all.test(),
                                all.notes()));
    }

    @Test
    void whatLoadTakesGivesTheSame() {
        assertSameAsLoaded("wordnet");
        assertSameAsLoaded(write(folder, "d.txt", lines("t", 50, "no", "yes")).toString());
        write(folder, "train.txt", lines("train", 50, "b", "a"));
        assertSameAsLoaded(folder.toString());
        write(folder, "test.txt", "x;a\n");
        // does not count where there is training data
        write(folder, "labels.txt", "c\n");
        assertSameAsLoaded(folder.toString());
    }

    @Test
    void withoutTrainingTheClassesAreThoseOfBothSplits() {
        write(folder, "dev.txt", "a;10\nb;9\n");
        write(folder, "test.csv", "text,label\nc,2\n");
        HeldOut held = heldOut(folder);
        assertThat(held.labels()).containsExactly("2", "9", "10");
        assertThat(held.validation()).containsExactly(new Sample("a", 2), new Sample("b", 1));
        assertThat(held.test()).containsExactly(new Sample("c", 0));
        assertThat(held.notes()).isEmpty();
    }

    @Test
    void orThoseThatAreListed() {
        write(folder, "val.txt", "a;yes\n");
        write(folder, "test.txt", "b;no\n");
        write(folder, "labels.txt", "yes\nmaybe\n\nno\n");
        assertThat(heldOut(folder).labels()).containsExactly("yes", "maybe", "no");
        assertThat(heldOut(folder).test()).containsExactly(new Sample("b", 2));
        write(folder, "labels.txt", "yes\nmaybe\n");
        assertBadInput(
                () -> heldOut(folder), "test.txt:1:", "unknown label 'no'", "has yes, maybe");
        write(folder, "labels.txt", "yes\nno\nyes\n");
        assertBadInput(() -> heldOut(folder), "'yes'", "twice");
    }

    @Test
    void needsBothSplits() {
        assertBadInput(() -> heldOut(folder), "no files");
        write(folder, "val.txt", "a;yes\nb;no\n");
        assertBadInput(() -> heldOut(folder), "both a val and a test file", "val.txt");
        write(folder, "test.txt", "");
        assertBadInput(() -> heldOut(folder), "test.txt is empty");
        write(folder, "test.txt", "a;yes\n");
        write(folder, "val.txt", "a;yes\n");
        assertBadInput(() -> heldOut(folder), "only one class, 'yes'");
        assertBadInput(() -> heldOut(folder.resolve("nowhere")), "nowhere");
    }

    private static TextDataset dataset(String... texts) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            samples.add(new Sample(texts[i], i % 3));
        }
        // validation and test lack a class, and the order is no alphabetical one
        List<Sample> few = List.of(new Sample("v\n\"w\"", 1));
        return new TextDataset("d", LABELS, samples, few, few);
    }

    @Test
    void shardsAreReadBackAsTheyWere() {
        TextDataset all =
                dataset(
                        "b",
                        "a;b, \"c\"\r\nd\\",
                        "\t{\"text\":1}\t.",
                        "\uD83D\uDE00 \u00e9\u2028x\u0001",
                        "b",
                        "z");
        List<List<Sample>> shards =
                List.of(
                        List.of(
                                all.train().get(5),
                                all.train().get(1),
                                all.train().get(2),
                                all.train().get(3)),
                        List.of(all.train().get(0), all.train().get(4)));
        for (Columns columns : List.of(Columns.DETECT, new Columns("stars", "label"))) {
            Path out = folder.resolve("out" + columns.given());
            DatasetFiles.writeShards(all, List.of("m3-1", "a.17"), shards, columns, out);
            assertThat(TextDatasets.samples(out.resolve("m3-1.jsonl").toString(), columns, LABELS))
                    .isEqualTo(shards.get(0));
            assertThat(TextDatasets.samples(out.resolve("a.17.jsonl").toString(), columns, LABELS))
                    .isEqualTo(shards.get(1));
            Path server = out.resolve("server");
            assertThat(TextDatasets.heldOut(server.toString(), columns, 9))
                    .isEqualTo(
                            new HeldOut(
                                    server.toString(),
                                    LABELS,
                                    all.validation(),
                                    all.test(),
                                    List.of()));
        }
    }

    @ParameterizedTest
    @CsvSource({"../x,y,'../x'", ".x,y,'.x'", "x/y,z,'x/y'", "A,a,'a'", "'',a,''"})
    void namesMustBeFiles(String one, String two, String named) throws IOException {
        TextDataset all = dataset("a", "b", "c");
        assertBadInput(
                () ->
                        DatasetFiles.writeShards(
                                all,
                                List.of(one, two),
                                List.of(all.train(), all.train()),
                                Columns.DETECT,
                                folder.resolve("out")),
                named);
        try (var entries = Files.list(folder)) {
            assertThat(entries).isEmpty();
        }
    }

    @Test
    void aTextThatNoLineHoldsIsRefused() throws IOException {
        TextDataset all = dataset("a", "b", "\u00e9".repeat(1 << 19));
        assertBadInput(
                () ->
                        DatasetFiles.writeShards(
                                all,
                                List.of("x"),
                                List.of(all.train()),
                                Columns.DETECT,
                                folder.resolve("out")),
                "1048576 bytes");
        try (var entries = Files.list(folder)) {
            assertThat(entries).isEmpty();
        }
    }
}
