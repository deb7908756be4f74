package dev.lamina.data;

import static dev.lamina.data.Fixtures.assertBadInput;
import static dev.lamina.data.Fixtures.lines;
import static dev.lamina.data.Fixtures.load;
import static dev.lamina.data.Fixtures.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"val.txt", "validation.csv", "dev.TSV"})
    void takesTheThreeSplits(String validationFile) {
        write(folder, "train.txt", lines("train", 5, "no", "yes"));
        char delimiter =
                validationFile.endsWith("txt") ? ';' : validationFile.endsWith("csv") ? ',' : '\t';
        write(folder, validationFile, "a" + delimiter + "yes\n");
        write(folder, "test.jsonl", "{\"text\":\"b\",\"label\":\"no\"}\n");
        TextDataset dataset = load(folder);
        assertThat(dataset.labels()).containsExactly("no", "yes");
        assertThat(dataset.train()).hasSize(10);
        assertThat(dataset.validation()).containsExactly(new Sample("a", 1));
        assertThat(dataset.test()).containsExactly(new Sample("b", 0));
        assertThat(dataset.notes()).noneMatch(note -> note.contains("drew"));
    }

    @Test
    void drawsWhatIsAbsentAndSaysSo() {
        write(folder, "train.txt", lines("train", 50, "no", "yes"));
        TextDataset dataset = load(folder);
        assertThat(dataset.train()).hasSize(80);
        assertThat(dataset.classCounts(dataset.validation())).containsExactly(5, 5);
        assertThat(dataset.classCounts(dataset.test())).containsExactly(5, 5);
        assertThat(dataset.notes()).hasSize(2).allMatch(note -> note.contains("drew 10 samples"));

        write(folder, "test.txt", "other;no\n");
        TextDataset tested = load(folder);
        assertThat(tested.train()).hasSize(90);
        assertThat(tested.validation()).hasSize(10);
        assertThat(tested.notes()).singleElement().asString().contains("no validation file");
    }

    @Test
    void saysHowManyTextsAreShared() {
        write(folder, "train.txt", lines("train", 50, "no", "yes"));
        write(folder, "test.txt", "train no 3;yes\nnew;no\n");
        assertThat(load(folder).notes()).contains("1 of 2 test texts also occur in training");
    }

    @Test
    void unknownLabelIsNamedWithItsLine() {
        write(folder, "train.txt", lines("train", 5, "no", "yes"));
        write(folder, "test.csv", "text,label\na,yes\nb,yess\n");
        assertBadInput(
                () -> load(folder), "test.csv:3:", "unknown label 'yess'", "Maybe 'yes' was meant");
    }

    @Test
    void needsATrainingFile() throws IOException {
        assertBadInput(() -> load(folder), folder.toString(), "no training file", "no files");
        write(folder, "test.txt", "a;b\n");
        write(folder, "train.parquet", "PAR1");
        write(folder, "training.txt", "a;b\n");
        Files.createDirectory(folder.resolve("train.txt"));
        assertBadInput(
                () -> load(folder), "no training file", "test.txt, train.parquet, training.txt");
    }

    @Test
    void oneFileForEachSplit() {
        write(folder, "train.txt", lines("train", 5, "no", "yes"));
        write(folder, "train.csv", "text,label\n");
        assertBadInput(() -> load(folder), "several files", "train.csv, train.txt");
    }

    @Test
    void emptySplitFile() {
        write(folder, "train.txt", lines("train", 5, "no", "yes"));
        write(folder, "test.txt", "");
        assertBadInput(() -> load(folder), "test.txt is empty");
    }
}
