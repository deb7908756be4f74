package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.Processes.Outcome;
import dev.lamina.app.Processes.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `lamina predict` as processes.
class PredictIT {
    @TempDir Path folder;

    private Running train(String to, Object... more) throws IOException {
        List<Object> words =
                new ArrayList<>(
                        List.of(
                                "predict",
                                "train",
                                "--channels",
                                "c.npz",
                                "--array",
                                "4x4x2",
                                "--backbone",
                                "fresh:16x2",
                                "--blocks",
                                1,
                                "--servers",
                                3,
                                "--rounds",
                                60,
                                "--to",
                                to));
        words.addAll(List.of(more));
        return Processes.lamina(folder, words.toArray());
    }

    @Test
    void trainingInterruptedAndResumedEqualsUninterrupted()
            throws IOException, InterruptedException {
        Outcome generated =
                Processes.lamina(
                                folder,
                                "channels",
                                "generate",
                                "--preset",
                                "llm4cp",
                                "--tracks",
                                30,
                                "--subcarriers",
                                16,
                                "--to",
                                "c.npz")
                        .await();
        assertThat(generated.exitCode()).as(generated.err()).isZero();
        Outcome whole = train("whole").await();
        assertThat(whole.exitCode()).as(whole.err()).isZero();

        Running running = train("parts");
        running.awaitError("round 1:");
        running.signal("INT");
        Outcome interrupted = running.await();
        assertThat(interrupted.exitCode()).as(interrupted.err()).isEqualTo(130);
        assertThat(interrupted.err()).contains("the same command with --continue");
        assertThat(folder.resolve("parts")).doesNotExist();

        Outcome resumed = train("parts", "--continue").await();
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.err()).doesNotContain("round 1:");
        assertThat(folder.resolve("parts/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
        assertThat(folder.resolve("parts/training.json"))
                .hasSameTextualContentAs(folder.resolve("whole/training.json"));
    }
}
