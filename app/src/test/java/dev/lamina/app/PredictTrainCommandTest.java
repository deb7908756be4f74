package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.CommandLineFixture.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictTrainCommandTest {
    private static final String LAM = "--backbone fresh:16x2 --blocks 1 --array 4x4x2 ";

    @TempDir Path folder;

    private Path channels = Path.of("");

    @BeforeEach
    void generate() {
        channels = folder.resolve("c.npz");
        Outcome outcome =
                run(
                        "channels generate --preset llm4cp --speed 10,60 --tracks 12 --subcarriers 16 --quiet --to",
                        channels);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    private Outcome run(String command, Object... more) {
        return new CommandLineFixture(folder.resolve("runs")).line(command, more);
    }

    private Outcome train(String flags, String to) {
        return run(
                "predict train " + flags.strip(),
                "--channels",
                channels,
                "--to",
                folder.resolve(to));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                LAM + "--rounds 2",
                LAM + "--rounds 2 --band fdd --snr none",
                LAM + "--rounds 1 --band both",
                LAM
                        + "--rounds 2 --servers 3 --by speed_kmh --personal-heads --server-rule adam:0.01",
                "--model gru --rounds 1 --share 0.5"
            })
    void whatIsTrainedPredicts(String flags) {
        Outcome trained = train(flags + " --json -", "m");
        assertThat(trained.exitCode()).as(trained.err()).isZero();
        Map<String, Object> json = Json.map(trained.out());
        assertThat(json).containsEntry("heldOutTracks", 1);
        assertThat(folder.resolve("m/training.png")).isNotEmptyFile();
        String band = flags.contains("fdd") ? "--band fdd " : "";
        Outcome eval =
                run(
                        "predict eval --array 4x4x2 --json - " + band + "--channels",
                        channels,
                        "--model",
                        "persistence," + folder.resolve("m"));
        assertThat(eval.exitCode()).as(eval.err()).isZero();
        assertThat(eval.out()).contains("\"clean\"").contains("/m\" : {");
        assertThat(folder.resolve("m.checkpoint.safetensors")).doesNotExist();
    }

    @Test
    void theSameSeedTheSamePredictor() throws Exception {
        assertThat(train(LAM + "--rounds 2 --servers 2", "a").exitCode()).isZero();
        assertThat(train(LAM + "--rounds 2 --servers 2", "b").exitCode()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("a/model.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("b/model.safetensors")));
    }

    /// Few-shot: goes on from a trained one.
    @Test
    void beginsWithATrainedOne() {
        assertThat(train(LAM + "--rounds 1", "a").exitCode()).isZero();
        Outcome outcome =
                train("--rounds 1 --share 0.2 --array 4x4x2 --from " + folder.resolve("a"), "b");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        // two of twelve tracks, of which one is judged by
        assertThat(outcome.out()).contains("fresh:16x2", "1 on 1 server, 1 held out", "kept");
    }

    @Test
    void refusesWhatMakesNoSense() {
        record Case(String flags, String message) {}
        for (Case bad :
                List.of(
                        new Case("--model gpt", "unknown model 'gpt'"),
                        new Case("--model gru --band both", "--band both with --model gru"),
                        new Case(LAM + "--servers 40", "--servers 40 for 11 training tracks"),
                        new Case(LAM + "--server-rule sgd", "--server-rule sgd"),
                        new Case(LAM + "--by place", "no such label"),
                        new Case(LAM + "--snr 20..5", "from 20.0 to 5.0"),
                        new Case(LAM + "--history 19", "23 and 16 are needed"),
                        new Case(LAM + "--continue", "nothing was saved"))) {
            Outcome outcome = train(bad.flags(), "m");
            assertThat(outcome.exitCode()).as(bad.flags()).isEqualTo(2);
            assertThat(outcome.err()).contains(bad.message()).contains("Maybe");
            assertThat(folder.resolve("m")).doesNotExist();
        }
        assertThat(Objects.requireNonNull(folder.toFile().list())).containsExactly("c.npz");
    }
}
