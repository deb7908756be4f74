package dev.lamina.data;

import static dev.lamina.data.Fixtures.assertBadInput;
import static dev.lamina.data.Fixtures.load;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.base.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatasetFilesTest {
    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void awkwardTextsSurviveARoundTrip(DatasetFormat format) {
        String[] pieces = {
            "a",
            " ",
            ";",
            ",",
            "\"",
            "\t",
            "'",
            "\\",
            "#",
            "\u00e9",
            "\uD83D\uDE00",
            "text",
            "{",
            "\u2028"
        };
        String[] withBreaks = {"\n", "\r", "\r\n"};
        for (long seed = 0; seed < 10; seed++) {
            RandomGenerator random = Seeds.stream(seed, "round trip");
            var samples = new ArrayList<Sample>();
            for (int i = 0; i < 60; i++) {
                var text = new StringBuilder();
                for (int j = random.nextInt(8); j >= 0; j--) {
                    text.append(pieces[random.nextInt(pieces.length)]);
                    if (format != DatasetFormat.TXT && random.nextInt(4) == 0) {
                        text.append(withBreaks[random.nextInt(withBreaks.length)]);
                    }
                }
                samples.add(new Sample(text.append(i).toString(), i % 3));
            }
            var dataset =
                    new TextDataset(
                            "d",
                            List.of("-1", "2", "10"),
                            samples.subList(0, 40),
                            samples.subList(40, 50),
                            samples.subList(50, 60));
            Path target = folder.resolve("seed" + seed);
            DatasetFiles.write(dataset, target, format);
            TextDataset read = load(target);
            assertThat(read.labels()).as("seed %d", seed).isEqualTo(dataset.labels());
            assertThat(read.train()).as("seed %d", seed).isEqualTo(dataset.train());
            assertThat(read.validation()).as("seed %d", seed).isEqualTo(dataset.validation());
            assertThat(read.test()).as("seed %d", seed).isEqualTo(dataset.test());
        }
    }

    @Test
    void convertedWordNetIsWordNet() {
        TextDataset wordnet = TextDatasets.load("wordnet", 1);
        DatasetFiles.write(wordnet, folder.resolve("w"), DatasetFormat.TXT);
        TextDataset read = load(folder.resolve("w"));
        assertThat(read.labels()).isEqualTo(wordnet.labels());
        assertThat(read.train()).isEqualTo(wordnet.train());
        assertThat(read.test()).isEqualTo(wordnet.test());
    }

    @Test
    void txtRefusesWhatItCannotHold() throws IOException {
        List<Sample> samples = List.of(new Sample("a", 0), new Sample("b\nc", 1));
        var breaks = new TextDataset("d", List.of("x", "y"), samples, samples, samples);
        assertBadInput(
                () -> DatasetFiles.write(breaks, folder.resolve("o"), DatasetFormat.TXT),
                "'b c'",
                "line break");
        List<Sample> plain = List.of(new Sample("a", 0), new Sample("b", 1));
        var semicolon = new TextDataset("d", List.of("x", "y;z"), plain, plain, plain);
        assertBadInput(
                () -> DatasetFiles.write(semicolon, folder.resolve("o"), DatasetFormat.TXT),
                "'y;z'");
        assertThat(entries()).isEmpty();
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        List<Sample> plain = List.of(new Sample("a", 0), new Sample("b", 1));
        var dataset = new TextDataset("d", List.of("x", "y"), plain, plain, plain);
        Path file = Fixtures.write(folder, "mine.txt", "mine");
        assertBadInput(
                () -> DatasetFiles.write(dataset, folder, DatasetFormat.CSV),
                folder.toString(),
                "not empty");
        assertBadInput(
                () -> DatasetFiles.write(dataset, file, DatasetFormat.CSV),
                file.toString(),
                "no folder");
        assertThat(entries()).containsExactly("mine.txt");
        assertThat(Files.readString(file)).isEqualTo("mine");
    }

    @Test
    void formatsByName() {
        assertThat(DatasetFormat.parse("csv")).isEqualTo(DatasetFormat.CSV);
        assertThat(DatasetFormat.parse(".json-lines")).isEqualTo(DatasetFormat.JSONL);
        assertBadInput(() -> DatasetFormat.parse("parquet"), "'parquet'", ".tsv");
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> String.valueOf(path.getFileName())).toList();
        }
    }
}
