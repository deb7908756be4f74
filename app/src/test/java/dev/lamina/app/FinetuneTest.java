package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.CommandLineFixture.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `finetune` and `runs` on a tiny random model and a tiny data set.
class FinetuneTest {
    @TempDir Path folder;
    private CommandLineFixture lamina;
    private Path data;

    @BeforeEach
    void start() throws IOException {
        lamina = new CommandLineFixture(folder.resolve("runs"));
        data = folder.resolve("colours.csv");
        StringBuilder csv = new StringBuilder("text,label\n");
        for (int i = 0; i < 60; i++) {
            csv.append(
                    i % 2 == 0
                            ? "grass and leaf %d,green%n".formatted(i)
                            : "sky and sea %d,blue%n".formatted(i));
        }
        Files.writeString(data, csv);
    }

    private Outcome finetune(Object... more) {
        List<Object> args =
                new ArrayList<>(List.of("finetune", "--model", "shape:2x32x2", "--data", data));
        args.addAll(
                List.of(
                        "--devices",
                        2,
                        "--rank",
                        2,
                        "--max-steps",
                        4,
                        "--rounds",
                        2,
                        "--batch",
                        4));
        args.addAll(List.of(more));
        return lamina.run(args.toArray());
    }

    @Test
    void writesEverythingAndARerunGivesTheSame() throws IOException {
        Path first = folder.resolve("first");
        Outcome outcome = finetune("--out", first, "--json", folder.resolve("copy.json"));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("test accuracy", "macro F1", "results");
        assertThat(outcome.err()).contains("round 1:", "round 2:");
        assertThat(first)
                .isDirectoryContaining("glob:**/spec.yaml")
                .isDirectoryContaining("glob:**/adapter")
                .isDirectoryContaining("glob:**/model");
        assertThat(ImageIO.read(first.resolve("curves.png").toFile()).getWidth()).isEqualTo(1280);
        Map<String, Object> result = Json.map(Files.readString(first.resolve("result.json")));
        assertThat(result)
                .containsKeys(
                        "scheme",
                        "model",
                        "data",
                        "devices",
                        "trainSamples",
                        "testSamples",
                        "steps",
                        "rounds")
                .containsKeys(
                        "accuracy",
                        "macroF1",
                        "trainLoss",
                        "valLoss",
                        "wallSeconds",
                        "secondsPerStep")
                .containsKeys(
                        "simulatedSeconds", "uplinkBytes", "downlinkBytes", "adapterParameters")
                .containsKeys("totalParameters", "serverPeakBytes", "devicePeakBytes", "seed")
                .containsEntry("steps", 4)
                .containsEntry("devices", 2);
        assertThat(folder.resolve("copy.json"))
                .hasSameTextualContentAs(first.resolve("result.json"));

        Path second = folder.resolve("second");
        assertThat(
                        lamina.run(
                                        "finetune",
                                        first.resolve("spec.yaml"),
                                        "--out",
                                        second,
                                        "--quiet")
                                .exitCode())
                .isZero();
        assertThat(second.resolve("adapter/adapter_model.safetensors"))
                .hasSameBinaryContentAs(first.resolve("adapter/adapter_model.safetensors"));
        assertThat(second.resolve("spec.yaml")).hasSameTextualContentAs(first.resolve("spec.yaml"));
    }

    @Test
    void specHoldsEveryFlagAndFlagsOverrideIt() throws IOException {
        Path spec =
                Files.writeString(folder.resolve("s.yaml"), "rank: 4\nlr: 0.01\ntargets: [key]\n");
        Path out = folder.resolve("out");
        Outcome outcome =
                lamina.run(
                        "finetune",
                        spec,
                        "--model",
                        "shape:2x32x2",
                        "--data",
                        data,
                        "--lr",
                        "0.02",
                        "--max-steps",
                        2,
                        "--rounds",
                        1,
                        "--out",
                        out);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        Map<String, String> written = new LinkedHashMap<>();
        SpecFile.read(out.resolve("spec.yaml"), keys())
                .entries()
                .forEach((key, entry) -> written.put(key, entry.value()));
        assertThat(written)
                .containsEntry("rank", "4")
                .containsEntry("lr", "0.02")
                .containsEntry("targets", "key")
                .containsEntry("data", data.toString());
        assertThat(written.keySet())
                .containsAll(
                        keys().stream()
                                .filter(key ->
                                        !List.of(
                                                        // the scheme's own, unless given
                                                        "cut",
                                                        "labels",
                                                        "together",
                                                        // none, unless given
                                                        "allocation",
                                                        "cell",
                                                        "delay-budget",
                                                        "energy-budget",
                                                        "text-column",
                                                        "label-column",
                                                        "out",
                                                        "json",
                                                        "quiet")
                                                .contains(key))
                                .toList());
    }

    private static List<String> keys() {
        Context context = Context.ofProcess();
        return SpecDefaults.keys(new picocli.CommandLine(new FinetuneCommand(context)));
    }

    @Test
    void valueOfTheWrongTypeInASpecIsReportedWithItsLine() throws IOException {
        Path spec = Files.writeString(folder.resolve("s.yaml"), "rank: 4\nmax-steps: many\n");
        Outcome outcome = lamina.run("finetune", spec);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.problem()).contains("s.yaml, line 2", "'many' is not an int");
    }

    @Test
    void jsonToStandardOutputIsNothingElse() {
        Outcome outcome = finetune("--json", "-", "--quiet");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(Json.map(outcome.out())).containsEntry("model", "shape:2x32x2");
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void defaultDirectoriesOfTheSameSecondDiffer() {
        assertThat(finetune("--quiet").exitCode()).isZero();
        assertThat(finetune("--quiet").exitCode()).isZero();
        assertThat(folder.resolve("runs/finetune-20260102-030405")).isDirectory();
        assertThat(folder.resolve("runs/finetune-20260102-030405-2")).isDirectory();
    }

    @Test
    void runsAreListedShownAndCompared() {
        Path first = folder.resolve("first");
        assertThat(lamina.run("runs", "list").out()).contains("no runs");
        finetune("--out", first, "--quiet");
        finetune("--quiet", "--lr", "0.5");
        Outcome list = lamina.run("runs", "list");
        assertThat(list.out()).contains("done", first.toString());
        assertThat(list.out().lines()).hasSize(3);
        assertThat(lamina.run("runs", "show", first).out()).contains("--lr", "0.001", "accuracy");
        String compared = lamina.run("runs", "compare", 1, 2).out();
        assertThat(compared).contains("--lr", "0.5", "accuracy").doesNotContain("--rank");
        assertThat(Json.map(lamina.run("runs", "show", 2, "--json", "-").out()))
                .containsEntry("status", "done");

        dev.lamina.base.AtomicFiles.deleteTree(first);
        assertThat(lamina.run("runs", "list").out()).contains("directory deleted");
        assertThat(lamina.run("runs", "show", first).exitCode()).isZero();
    }

    @Test
    void inputThatProvesBadLeavesNoRun() {
        Outcome outcome = finetune("--devices", 1000, "--out", folder.resolve("out"));
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(lamina.run("runs", "list").out()).contains("no runs");
    }

    @Test
    void resumeTakesNoOtherFlags() {
        Path out = folder.resolve("out");
        finetune("--out", out, "--quiet");
        Outcome other = lamina.run("finetune", "--resume", out, "--rank", 8);
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.problem()).contains("--rank 8", "which has 2", "spec.yaml, line");
        assertThat(lamina.run("finetune", "--resume", out, out.resolve("spec.yaml")).problem())
                .contains("--resume");
        assertThat(lamina.run("finetune", "--resume", out, "--out", folder.resolve("x")).problem())
                .contains("--out");
        assertThat(lamina.run("finetune", "--resume", out, "--rank", 2, "--quiet").exitCode())
                .isZero();
    }
}
