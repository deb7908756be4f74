package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.CommandLineFixture.Outcome;
import dev.lamina.data.Columns;
import dev.lamina.data.HeldOut;
import dev.lamina.data.Partition;
import dev.lamina.data.Sample;
import dev.lamina.data.TextDataset;
import dev.lamina.data.TextDatasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `data split` writes what the roles of a run in one process hold.
class DataSplitTest {
    @TempDir Path folder;
    private CommandLineFixture lamina;
    private Path data;
    private Path out;

    @BeforeEach
    void start() throws IOException {
        lamina = new CommandLineFixture(folder.resolve("runs"));
        out = folder.resolve("out");
        data = folder.resolve("colours.csv");
        StringBuilder csv = new StringBuilder("remark,colour\n");
        for (int i = 0; i < 90; i++) {
            csv.append("\"%d, \"\"grass\"\" \nand leaf\\\",green%n".formatted(i));
            csv.append("sky; \u00e9 %d,blue%n".formatted(i));
        }
        // so few that no held-out split need have them
        csv.append("brick,red\nrose,red\n");
        Files.writeString(data, csv);
    }

    private Path spec() throws IOException {
        return Files.writeString(
                folder.resolve("spec.yaml"),
                """
                data: %s
                text-column: remark
                label-column: colour
                devices: 7
                partition: dirichlet:0.4
                seed: 5
                rank: 4
                cut: [1, 2, 1, 1, 1, 1, 1]
                out: %s
                json: %s
                """
                        .formatted(data, folder.resolve("run"), folder.resolve("run.json")));
    }

    private void assertIsThatOfTheRun(Path shards, int devices, String partition, long seed) {
        Columns columns = new Columns("remark", "colour");
        TextDataset all = TextDatasets.load(data.toString(), columns, seed);
        List<List<Sample>> expected =
                Partition.parse(partition).split(all.train(), all.labels().size(), devices, seed);
        List<String> names =
                FinetuneOptions.machines(String.valueOf(devices)).devices().stream()
                        .map(device -> device.name())
                        .toList();
        for (int u = 0; u < devices; u++) {
            String file = shards.resolve(names.get(u) + ".jsonl").toString();
            assertThat(TextDatasets.samples(file, columns, all.labels()))
                    .as(file)
                    .isEqualTo(expected.get(u));
        }
        HeldOut held = TextDatasets.heldOut(shards.resolve("server").toString(), columns, 99);
        assertThat(held.labels()).isEqualTo(all.labels()).containsExactly("blue", "green", "red");
        assertThat(held.validation()).isEqualTo(all.validation());
        assertThat(held.test()).isEqualTo(all.test());
    }

    @Test
    void writesThePartitionOfTheSpec() throws IOException {
        Outcome outcome = lamina.run("data", "split", spec(), "--out", out);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertIsThatOfTheRun(out, 7, "dirichlet:0.4", 5);
        assertThat(files(out))
                .containsExactly(
                        "a17-pro-1.jsonl",
                        "jetson-nano-1.jsonl",
                        "jetson-nano-2.jsonl",
                        "jetson-tx2-1.jsonl",
                        "m3-1.jsonl",
                        "server",
                        "snapdragon-8-gen-3-1.jsonl",
                        "snapdragon-8s-gen-3-1.jsonl");
        assertThat(files(out.resolve("server")))
                .containsExactly("labels.txt", "test.jsonl", "val.jsonl");
        assertThat(outcome.out().lines().filter(line -> !line.startsWith("note:")))
                .hasSize(9)
                .first()
                .asString()
                .matches("device +samples +classes");
        // the run's own outputs are none of this command's
        assertThat(files(folder)).containsExactly("colours.csv", "out", "spec.yaml");
    }

    @Test
    void flagsOverrideTheSpec() throws IOException {
        Path json = folder.resolve("split.json");
        Outcome outcome =
                lamina.run(
                        "data",
                        "split",
                        spec(),
                        "--out",
                        out,
                        "--devices",
                        2,
                        "--partition",
                        "iid",
                        "--seed",
                        3,
                        "--quiet",
                        "--json",
                        json);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEmpty();
        assertIsThatOfTheRun(out, 2, "iid", 3);
        assertThat(Json.map(Files.readString(json)))
                .containsEntry("server", out.resolve("server").toString())
                .containsEntry("labels", List.of("blue", "green", "red"));
    }

    @Test
    void devicesOfAFileGiveTheirNames() throws IOException {
        Path devices =
                Files.writeString(
                        folder.resolve("devices.yaml"),
                        """
                        devices:
                          - {name: gate, effectiveFlopsPerSecond: 1e11, memoryBytes: 4e9,
                             uplinkBitsPerSecond: 1e6, downlinkBitsPerSecond: 1e6}
                          - {name: camera, count: 2, effectiveFlopsPerSecond: 1e11, memoryBytes: 4e9,
                             uplinkBitsPerSecond: 1e6, downlinkBitsPerSecond: 1e6}
                        """);
        Outcome outcome = lamina.run("data", "split", spec(), "--out", out, "--devices", devices);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(files(out))
                .containsExactly("camera-1.jsonl", "camera-2.jsonl", "gate.jsonl", "server");

        Files.writeString(devices, Files.readString(devices).replace("gate", "../gate"));
        Outcome refused =
                lamina.run("data", "split", spec(), "--out", out + "2", "--devices", devices);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.problem()).contains("'../gate'");
        assertThat(files(folder)).doesNotContain("out2");
    }

    @Test
    void badInputLeavesNothingBehind() throws IOException {
        assertThat(lamina.run("data", "split", spec()).problem()).contains("--out");
        Path mine = Files.createDirectory(out).resolve("mine");
        Files.writeString(mine, "mine");
        Outcome inUse = lamina.run("data", "split", spec(), "--out", out);
        assertThat(inUse.exitCode()).isEqualTo(2);
        assertThat(inUse.problem()).contains("is not empty");
        assertThat(files(out)).containsExactly("mine");
        Path spec =
                Files.writeString(folder.resolve("spec.yaml"), "data: wordnet\npartitoin: iid\n");
        Outcome unknown = lamina.run("data", "split", spec, "--out", folder.resolve("other"));
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.problem()).contains("spec.yaml, line 2: unknown key 'partitoin'");
        assertThat(unknown.err()).contains("Maybe you meant 'partition'");
        assertThat(files(folder)).doesNotContain("other");
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
