package dev.lamina.data;

import static dev.lamina.data.Fixtures.assertBadInput;
import static dev.lamina.data.Fixtures.lines;
import static dev.lamina.data.Fixtures.load;
import static dev.lamina.data.Fixtures.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.base.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoldOutTest {
    @Test
    void aFileIsSplitEightyTenTen(@TempDir Path folder) {
        Path file = write(folder, "d.txt", lines("x", 100, "a", "b", "c"));
        TextDataset dataset = load(file);
        assertThat(dataset.classCounts(dataset.train())).containsOnly(80);
        assertThat(dataset.classCounts(dataset.validation())).containsOnly(10);
        assertThat(dataset.classCounts(dataset.test())).containsOnly(10);
        assertThat(load(file)).isEqualTo(dataset);
        assertThat(TextDatasets.load(file.toString(), 2).test()).isNotEqualTo(dataset.test());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isADivisionInProportionThatKeepsTextsTogether(long seed) {
        RandomGenerator random = Seeds.stream(seed, "test");
        int classes = 2 + random.nextInt(5);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int label = Math.min(random.nextInt(classes), random.nextInt(classes));
            samples.add(new Sample("text " + random.nextInt(200) + " " + label, label));
        }
        HoldOut draw = HoldOut.draw("test", samples, classes, 60, Seeds.stream(seed, "draw"));

        var union = new ArrayList<>(draw.rest());
        union.addAll(draw.held());
        assertThat(union).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(samples);
        var held = new HashSet<>(draw.held());
        assertThat(draw.rest()).as("seed %d", seed).noneMatch(held::contains);
        int texts = new HashSet<>(samples).size();
        assertThat(held).as("seed %d", seed).hasSize((int) Math.round(60.0 * texts / 300));
        for (int c = 0; c < classes; c++) {
            int label = c;
            long of = new HashSet<>(samples).stream().filter(s -> s.label() == label).count();
            long drawn = held.stream().filter(s -> s.label() == label).count();
            assertThat(Math.abs(drawn - of * held.size() / (double) texts))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void everyClassKeepsAText() {
        List<Sample> samples =
                List.of(
                        new Sample("a", 0),
                        new Sample("b", 1),
                        new Sample("c", 2),
                        new Sample("d", 2),
                        new Sample("e", 2));
        HoldOut draw = HoldOut.draw("test", samples, 3, 2, Seeds.stream(1, "draw"));
        assertThat(draw.held()).hasSize(2).allMatch(sample -> sample.label() == 2);
        assertBadInput(
                () -> HoldOut.draw("file.csv", samples, 3, 3, Seeds.stream(1, "draw")),
                "file.csv: 5 different texts of 3 classes are too few to hold out 3");
    }
}
