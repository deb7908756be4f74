package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.app.CommandLineFixture.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictCommandTest {
    @TempDir Path folder;

    private Path channels = Path.of("");

    @BeforeEach
    void generate() {
        channels = folder.resolve("c.npz");
        Outcome outcome =
                run(
                        "channels generate --preset llm4cp --speed 10,60 --tracks 6 --subcarriers 32 --quiet --to",
                        channels);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    private Outcome run(String command, Object... more) {
        return new CommandLineFixture(folder.resolve("runs")).line(command, more);
    }

    private Map<String, Object> json(String flags) {
        Outcome outcome = run("predict eval --json - " + flags + " --channels", channels);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return Json.map(outcome.out());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> part(Map<String, Object> json, String key) {
        return (Map<String, Object>) Objects.requireNonNull(json.get(key));
    }

    private static double clean(Map<String, Object> json, String model) {
        return (double) Objects.requireNonNull(part(part(json, "nmse"), model).get("clean"));
    }

    /// The order of the predictors on such channels, and what the JSON holds.
    @Test
    void pathsAreBetterThanRegressionThanNothing() {
        Map<String, Object> json =
                json("--model persistence,ar,paths --array 4x4x2 --snr 18 --seed 3");
        assertThat(clean(json, "paths")).isLessThan(0.6 * clean(json, "ar"));
        assertThat(clean(json, "ar")).isLessThan(0.3 * clean(json, "persistence"));
        Map<String, Object> paths = part(part(json, "nmse"), "paths");
        assertThat(part(paths, "bySpeed")).containsOnlyKeys("10", "60");
        double rho = Math.pow(10, -1.8);
        assertThat((double) Objects.requireNonNull(part(json, "floor").get("noisy")))
                .isCloseTo(rho / (1 + rho), within(1e-12));
        // 5.1: noisy and clean references, converted
        double noisy = (double) Objects.requireNonNull(paths.get("noisy"));
        assertThat(noisy * (1 + rho) - rho).isCloseTo(clean(json, "paths"), within(2e-3));
        assertThat(json)
                .containsEntry("layout", "4x4x2")
                .containsEntry("protocol", "tdd")
                .containsEntry("tracks", 6);
    }

    @Test
    void theSameWhateverTheThreads() {
        Map<String, Object> one = json("--model paths --array 4x4x2 --threads 1");
        Map<String, Object> three = json("--model paths --array 4x4x2 --threads 3");
        assertThat(clean(one, "paths")).isEqualTo(clean(three, "paths"));
        assertThat(clean(one, "paths"))
                .isNotEqualTo(clean(json("--model paths --array 4x4x2 --seed 2"), "paths"));
    }

    @Test
    void theBandAbove() {
        Map<String, Object> json =
                json("--model persistence,paths --array 4x4x2 --band fdd --snr none");
        assertThat(json).containsEntry("protocol", "fdd").doesNotContainKey("snrDecibels");
        assertThat(clean(json, "paths")).isLessThan(clean(json, "persistence"));
    }

    @Test
    void aTableByDefault() {
        Outcome outcome = run("predict eval --model ar,persistence --channels", channels);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("NMSE", "10 km/h", "60 km/h", "floor", "0.0156");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--model oracle",
                "--history 1",
                "--history 18",
                "--horizon 0",
                "--horizon 5",
                "--snr loud",
                "--snr NaN",
                "--band both",
                "--array 4x4",
                "--array x",
                "--threads 0"
            })
    void badInputIsRefused(String flags) {
        Outcome outcome = run("predict eval " + flags + " --channels", channels);
        assertThat(outcome.exitCode()).isEqualTo(Failures.BAD_INPUT);
        assertThat(outcome.err())
                .contains("Maybe")
                .contains(flags.substring(flags.indexOf(" ") + 1));
    }

    @Test
    void aFileThatIsNoneIsRefused() throws IOException {
        Path broken = folder.resolve("broken.mat");
        Files.write(broken, new byte[] {1, 2, 3});
        for (Path file : new Path[] {broken, folder.resolve("none.npy"), folder}) {
            Outcome outcome = run("predict eval --channels", file);
            assertThat(outcome.exitCode()).as("%s", file).isEqualTo(Failures.BAD_INPUT);
            assertThat(outcome.err()).contains(file.toString()).contains("Maybe");
        }
    }
}
