package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.air.Recurrent;
import dev.lamina.air.SequenceShape;
import dev.lamina.air.Target;
import dev.lamina.air.TrainedModels;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.app.CommandLineFixture.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictBenchCommandTest {
    @TempDir Path folder;

    private Outcome run(String flags, Object... more) {
        return new CommandLineFixture(folder.resolve("runs"))
                .line("predict bench --quick " + flags, more);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> part(Map<String, Object> json, String key) {
        return (Map<String, Object>) Objects.requireNonNull(json.get(key), key);
    }

    @Test
    void writesTablesAndPictures() throws IOException {
        Path out = folder.resolve("out");
        Outcome outcome = run("--model kalman --part speed,snr,rate --seed 8 --out", out);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("NMSE by speed, TDD", "100 km/h", "FDD", "5 dB", "floor", "perfect")
                .contains("no prediction")
                .doesNotContain("28 GHz");
        Map<String, Object> json = Json.map(Files.readString(out.resolve("result.json")));
        assertThat(part(json, "nmse")).containsOnlyKeys("persistence", "ar", "kalman");
        Map<String, Object> ar = part(part(json, "nmse"), "ar");
        assertThat(part(ar, "tdd")).containsOnlyKeys("10", "50", "100", "mean");
        assertThat(part(part(ar, "fdd"), "50")).containsOnlyKeys("clean", "noisy");
        assertThat(part(json, "floor")).containsOnlyKeys("tdd", "fdd");
        assertThat(json.get("seeds")).isEqualTo(List.of(8));
        assertThat(part(json, "snr")).containsOnlyKeys("5", "18", "30");
        assertThat(json).containsKey("rate").doesNotContainKeys("zeroShot", "time");
        String page = Files.readString(out.resolve("report.html"));
        assertThat(page).contains("<img", "kalman", "seed 8", "do not quote");
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files).hasSize(2);
        }
    }

    /// A model of another number of subcarriers has a reason instead of a number, everywhere.
    @Test
    void aModelThatCannotSaysWhy() throws IOException {
        SequenceShape shape = new SequenceShape(16, 8, Target.sameBand(4, 8));
        Path model = folder.resolve("gru");
        try (TrainedPredictor<?> predictor =
                new Recurrent(shape, Recurrent.Cell.GRU, 4, 1).fresh(1)) {
            TrainedModels.save(model, predictor);
        }
        Path out = folder.resolve("out");
        Outcome outcome = run("--part speed,zero-shot,rate --out " + out + " --model", model);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("16 steps and 48 subcarriers for gru", "28 GHz");
        Map<String, Object> json = Json.map(Files.readString(out.resolve("result.json")));
        Map<String, Object> tdd = part(part(part(json, "nmse"), model.toString()), "tdd");
        assertThat(tdd).containsOnlyKeys("refused");
    }

    @Test
    void jsonOnly() {
        Outcome outcome = run("--model ar --part time --json -");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        Map<String, Object> json = Json.map(outcome.out());
        assertThat(part(json, "nmse")).isEmpty();
        Map<String, Object> time = part(json, "time");
        assertThat(part(time, "models")).containsOnlyKeys("persistence", "ar");
        assertThat((double) Objects.requireNonNull(time.get("gemmFlopsPerSecond"))).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--part colour",
                "--model oracle",
                "--users 0",
                "--users 10001",
                "--threads 0",
                "--seed x"
            })
    void badInputIsRefused(String flags) {
        Path out = folder.resolve("out");
        Outcome outcome = run(flags + " --out", out);
        assertThat(outcome.exitCode()).isEqualTo(Failures.BAD_INPUT);
        assertThat(outcome.err())
                .contains("Maybe")
                .contains(flags.substring(flags.indexOf(' ') + 1));
        assertThat(out).doesNotExist();
    }

    @Test
    void helpHasExamples() {
        Outcome outcome = run("--help");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("zero-shot", "lamina predict bench --quick", "--users");
    }
}
