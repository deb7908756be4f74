package dev.lamina.data;

import static dev.lamina.data.Fixtures.assertBadInput;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextDatasetTest {
    private static final List<String> LABELS = List.of("no", "yes");
    private static final List<Sample> BOTH = List.of(new Sample("a", 0), new Sample("b", 1));
    private static final List<Sample> ONE = List.of(new Sample("c", 1));

    @Test
    void countsClassesOfASplit() {
        var dataset = new TextDataset("d", LABELS, BOTH, ONE, ONE);
        assertThat(dataset.classCounts(dataset.train())).containsExactly(1, 1);
        assertThat(dataset.classCounts(dataset.test())).containsExactly(0, 1);
    }

    @Test
    void needsTwoClassesWithNamesOfTheirOwn() {
        assertBadInput(
                () -> new TextDataset("d", List.of("no"), BOTH, ONE, ONE), "d has 1 class", "[no]");
        assertBadInput(
                () -> new TextDataset("d", List.of("no", "no"), BOTH, ONE, ONE), "'no'", "twice");
        assertBadInput(
                () -> new TextDataset("d", List.of("no", " "), BOTH, ONE, ONE), "' '", "empty");
    }

    @Test
    void needsEveryClassInTraining() {
        assertBadInput(() -> new TextDataset("d", LABELS, ONE, ONE, ONE), "empty class 'no'");
    }

    @Test
    void needsEverySplit() {
        assertBadInput(
                () -> new TextDataset("d", LABELS, List.of(), ONE, ONE), "training split is empty");
        assertBadInput(
                () -> new TextDataset("d", LABELS, BOTH, List.of(), ONE),
                "validation split is empty");
        assertBadInput(
                () -> new TextDataset("d", LABELS, BOTH, ONE, List.of()), "test split is empty");
    }

    @Test
    void needsANameForEveryLabel() {
        List<Sample> third = List.of(new Sample("d", 2));
        assertBadInput(
                () -> new TextDataset("d", LABELS, BOTH, ONE, third),
                "label index 2",
                "test split");
    }

    @Test
    void samplesHaveTextAndLabel() {
        assertBadInput(() -> new Sample("  ", 0), "empty text");
        assertBadInput(() -> new Sample("a", -1), "-1", "'a'");
        assertThat(new Sample(" a b\n", 0).text()).isEqualTo("a b");
    }
}
