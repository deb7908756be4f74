package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lamina.app.Processes.Outcome;
import dev.lamina.app.Processes.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./lamina finetune` as a process of its own: signals, resuming, a full disk.
class FinetuneIT {
    private static final String TINY = "shape:2x64x2";

    @TempDir Path folder;
    private Path data;

    @BeforeEach
    void writeData() throws IOException {
        data = folder.resolve("colours.csv");
        StringBuilder csv = new StringBuilder("text,label\n");
        for (int i = 0; i < 200; i++) {
            csv.append(
                    i % 2 == 0
                            ? "grass and leaf %d,green%n".formatted(i)
                            : "sky and sea %d,blue%n".formatted(i));
        }
        Files.writeString(data, csv);
    }

    private Running finetune(Object... more) throws IOException {
        List<Object> args = new ArrayList<>(List.of("finetune", "--data", data));
        args.addAll(List.of("--devices", 3, "--rank", 2, "--batch", 4, "--epochs", 300));
        args.addAll(List.of(more));
        return Processes.lamina(folder, args.toArray());
    }

    @Test
    void interruptedAndResumedEqualsUninterrupted() throws IOException, InterruptedException {
        Path whole = folder.resolve("whole");
        assertThat(
                        finetune(
                                        "--model",
                                        TINY,
                                        "--max-steps",
                                        4000,
                                        "--rounds",
                                        50,
                                        "--out",
                                        whole)
                                .await()
                                .exitCode())
                .isZero();

        Path parts = folder.resolve("parts");
        Running running =
                finetune("--model", TINY, "--max-steps", 4000, "--rounds", 50, "--out", parts);
        running.awaitError("round 1:"); // on a busy machine it runs on for a while
        running.signal("INT");
        Outcome interrupted = running.await();
        assertThat(interrupted.exitCode()).as(interrupted.err()).isEqualTo(130);
        assertThat(interrupted.err()).contains("to go on: ./lamina finetune --resume parts");
        assertThat(parts.resolve("result.json")).doesNotExist();
        assertThat(Processes.lamina(folder, "runs", "list").await().out()).contains("interrupted");

        Outcome resumed = Processes.lamina(folder, "finetune", "--resume", parts).await();
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.err()).doesNotContain("round 1:");
        for (String file :
                List.of("adapter/adapter_model.safetensors", "model/model.safetensors")) {
            assertThat(parts.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        }
        Map<String, Object> one = Json.map(Files.readString(whole.resolve("result.json")));
        Map<String, Object> two = Json.map(Files.readString(parts.resolve("result.json")));
        for (String key :
                List.of(
                        "accuracy",
                        "trainLoss",
                        "valLoss",
                        "uplinkBytes",
                        "downlinkBytes",
                        "simulatedSeconds")) {
            assertThat(two.get(key)).as(key).isEqualTo(one.get(key));
        }
        assertThat(Processes.lamina(folder, "runs", "list").await().out())
                .doesNotContain("interrupted");
    }

    @Test
    void killedRunIsShownAsLost() throws IOException, InterruptedException {
        Running running =
                finetune("--model", TINY, "--rounds", 20, "--out", folder.resolve("killed"));
        running.awaitError("round 1:");
        running.signal("KILL");
        running.await();
        assertThat(Processes.lamina(folder, "runs", "list").await().out()).contains("lost");
        assertThat(folder.resolve("killed/result.json")).doesNotExist();
    }

    @Test
    void fullDiskIsSaidPlainly() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "a small tmpfs needs root");
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk) == 0,
                "tmpfs cannot be mounted here");
        try {
            Outcome outcome =
                    finetune(
                                    "--max-steps",
                                    6,
                                    "--rounds",
                                    1,
                                    "--model",
                                    "shape:2x512x8",
                                    "--out",
                                    disk.resolve("out"))
                            .await();
            assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(1);
            assertThat(outcome.err())
                    .contains("lamina: failed: the disk is full")
                    .doesNotContain("\tat ");
            assertThat(disk.resolve("out/result.json")).doesNotExist();
            assertThat(temporaryFiles(disk)).isEmpty();
        } finally {
            run("umount", disk);
        }
    }

    private static List<Path> temporaryFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.getFileName().toString().contains(".tmp")).toList();
        }
    }

    private int run(Object... command) throws IOException {
        List<String> words = Stream.of(command).map(Object::toString).toList();
        return Processes.start(folder, Map.of(), words).await().exitCode();
    }
}
