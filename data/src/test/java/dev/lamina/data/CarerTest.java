package dev.lamina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Paper [B]'s data set, where it is at hand: it may not be distributed. `-Dlamina.carer=DIR` names
/// another folder than `../shared/data/carer` beside the project.
class CarerTest {
    @Test
    void countsAreThoseOfTheReference() {
        Path folder = folder();
        assumeTrue(Files.isDirectory(folder), () -> "skipped: no CARER data in " + folder);
        TextDataset carer = Fixtures.load(folder);
        assertThat(carer.labels())
                .containsExactly("anger", "fear", "joy", "love", "sadness", "surprise");
        assertThat(carer.classCounts(carer.train()))
                .containsExactly(2_159, 1_937, 5_362, 1_304, 4_666, 572);
        assertThat(carer.classCounts(carer.validation()))
                .containsExactly(275, 212, 704, 178, 550, 81);
        assertThat(carer.classCounts(carer.test())).containsExactly(275, 224, 695, 159, 581, 66);
        assertThat(carer.notes())
                .containsExactly(
                        "5 of 2000 validation texts also occur in training",
                        "11 of 2000 test texts also occur in training");
    }

    private static Path folder() {
        String given = System.getProperty("lamina.carer");
        // surefire runs in the module's folder: its parent is the project
        return given != null
                ? Path.of(given)
                : Path.of("").toAbsolutePath().resolve("../../shared/data/carer").normalize();
    }
}
