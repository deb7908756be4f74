package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReproduceTest {
    @TempDir Path temp;

    private CommandLineFixture.Outcome run(Object... args) {
        return new CommandLineFixture(temp.resolve("runs")).run(args);
    }

    private Path data(int samples) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < samples; i++) {
            text.append(i % 2 == 0 ? "rain number " : "bread number ")
                    .append(i)
                    .append(i % 2 == 0 ? ";weather\n" : ";food\n");
        }
        return Files.writeString(temp.resolve("data.txt"), text);
    }

    @Test
    void smallAndQuick() throws Exception {
        Path data = data(60);
        Path out = temp.resolve("out");
        CommandLineFixture.Outcome outcome =
                run(
                        "reproduce",
                        "sfl",
                        "--quick",
                        "--shape",
                        "shape:3x32x4",
                        "--model",
                        "shape:2x32x4",
                        "--devices",
                        "3",
                        "--steps",
                        "3",
                        "--data",
                        data.toString(),
                        "--out",
                        out.toString(),
                        "--quiet");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        String html = Files.readString(out.resolve("report.html"));
        assertThat(html).contains("shared+", "data:image/png;base64,");
        for (String picture :
                new String[] {
                    "gantt-shared", "gantt-sequential", "memory", "accuracy", "timeline"
                }) {
            assertThat(out.resolve(picture + ".png")).isNotEmptyFile();
        }
        Map<String, Object> result = Json.map(Files.readString(out.resolve("result.json")));
        assertThat(result)
                .containsKeys(
                        "memoryVsParallel",
                        "memoryVsSequential",
                        "timeVsSequential",
                        "timeVsParallel",
                        "accuracy",
                        "orderGapMean",
                        "orderGapMax");
        assertThat((Double) result.get("orderGapMean")).isBetween(1.0, 1.05);
        Map<String, Object> accuracy = Json.map(Objects.requireNonNull(result.get("accuracy")));
        assertThat(accuracy)
                .containsOnlyKeys("shared", "parallel", "shared+", "central", "sequential");
        assertThat(accuracy.get("parallel")).isEqualTo(accuracy.get("shared"));
        // a resumed experiment does nothing again
        CommandLineFixture.Outcome again =
                run("reproduce", "sfl", "--resume", out, "--quick", "--quiet");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(again.out()).as("a flag given twice is still on").isEmpty();
    }

    @Test
    void theWirelessCellSmallAndQuick() throws Exception {
        Path data = data(240);
        Path out = temp.resolve("out");
        CommandLineFixture.Outcome outcome =
                run(
                        "reproduce",
                        "fedft",
                        "--quick",
                        "--model",
                        "shape:2x32x4",
                        "--devices",
                        "4",
                        "--rounds",
                        "6",
                        "--policy",
                        "random:2,best-channel:2",
                        "--data",
                        data.toString(),
                        "--target",
                        "0.99",
                        "--out",
                        out.toString(),
                        "--quiet");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        for (String picture : new String[] {"accuracy", "loss", "delay", "queue", "v-sweep"}) {
            assertThat(out.resolve(picture + ".png")).isNotEmptyFile();
        }
        assertThat(Files.readString(out.resolve("report.html"))).contains("best-channel:2");
        Map<String, Object> result = Json.map(Files.readString(out.resolve("result.json")));
        assertThat(result)
                .containsKeys(
                        "timeToTarget", "meanDelay", "delayBudget", "bytesPerRound", "vSweep");
        Map<String, Object> bytes = Json.map(Objects.requireNonNull(result.get("bytesPerRound")));
        assertThat(bytes).containsOnlyKeys("ushape", "federated", "fedavg");
        CommandLineFixture.Outcome again = run("reproduce", "fedft", "--resume", out, "--quiet");
        assertThat(again.exitCode()).as(again.err()).isZero();
    }

    @Test
    void theFigureSmallAndQuick() throws Exception {
        Path out = temp.resolve("out");
        CommandLineFixture.Outcome outcome =
                run(
                        "reproduce",
                        "fig4",
                        "--quick",
                        "--tracks",
                        "1",
                        "--test-users",
                        "1",
                        "--servers",
                        "2,3",
                        "--rounds",
                        "1",
                        "--seeds",
                        "2",
                        "--backbone",
                        "fresh:12x2",
                        "--blocks",
                        "1",
                        "--partition",
                        "speed",
                        "--participation",
                        "0.5",
                        "--server-rule",
                        "adam",
                        "--personal-heads",
                        "--threads",
                        "1",
                        "--out",
                        out,
                        "--quiet");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        for (String picture :
                new String[] {"training-loss", "global-loss", "held-out", "by-speed"}) {
            assertThat(out.resolve(picture + ".png")).isNotEmptyFile();
        }
        assertThat(Files.readString(out.resolve("report.html"))).contains("lam central", "10 km/h");
        Map<String, Object> result = Json.map(Files.readString(out.resolve("result.json")));
        assertThat(result).containsKeys("nmse", "floor", "seeds", "checks", "traffic");
        Map<String, Object> nmse = Json.map(Objects.requireNonNull(result.get("nmse")));
        assertThat(nmse).containsKeys("ar", "paths", "gru", "lam local", "lam 3", "lam central");
        CommandLineFixture.Outcome again =
                run("reproduce", "fig4", "--resume", out, "--json", "-", "--quiet");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(Json.map(again.out())).isEqualTo(result);
    }

    @Test
    void badInputOfTheFigure() {
        bad("--seeds 0", "fig4", "--seeds", "0");
        bad("[5, 2]", "fig4", "--servers", "5,2");
        bad("10 servers of 1000 tracks", "fig4", "--tracks", "1000");
        bad("participation 0.0", "fig4", "--participation", "0");
        bad("--server-rule mean", "fig4", "--server-rule", "mean");
        bad("partition 'dirichlet:1'", "fig4", "--partition", "dirichlet:1");
        assertThat(temp.resolve("runs").resolve("reproduce")).doesNotExist();
    }

    /// The paper's configuration is understood.
    @Test
    void theRecipeOfTheFigure() {
        bad("0 held-out users", "fig4", Path.of("..", "recipes", "fig4.yaml"), "--test-users", "0");
    }

    @Test
    void badInputOfTheWirelessCell() throws Exception {
        bad("--seeds 0", "fedft", "--seeds", "0");
        bad("--contraction 1.5", "fedft", "--contraction", "1.5");
        Path cell = temp.resolve("cell.yaml");
        Files.writeString(cell, "uplinkBandwidthHertz: 0\n");
        bad("uplinkBandwidthHertz", "fedft", "--cell", cell);
        Files.writeString(cell, "pathLoss: straight\n");
        bad("pathLoss 'straight'", "fedft", "--cell", cell);
        Files.writeString(cell, "radiusMeters: 100\n");
        bad("line 1", "fedft", "--cell", cell);
    }

    @Test
    void badInput() {
        bad("experiment 'fig9' is not known", "fig9");
        bad("--target 89.0", "sfl", "--target", "89");
        bad("shape:bert-vast", "sfl", "--shape", "shape:bert-vast");
        bad("can hold even the embedding", "sfl", "--devices", smallDevices());
        assertThat(temp.resolve("runs").resolve("reproduce")).doesNotExist();
    }

    private void bad(String part, Object... args) {
        Object[] all = new Object[args.length + 1];
        all[0] = "reproduce";
        System.arraycopy(args, 0, all, 1, args.length);
        CommandLineFixture.Outcome outcome = run(all);
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err()).contains(part, "Maybe ");
    }

    private Path smallDevices() {
        try {
            return Files.writeString(
                    temp.resolve("devices.yaml"),
                    "devices:\n  - {kind: jetson-nano, name: tiny, memoryBytes: 1000}\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
