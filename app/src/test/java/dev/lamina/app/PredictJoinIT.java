package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.CommandLineFixture.Outcome;
import dev.lamina.app.Processes.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `lamina predict train --listen` and `lamina predict join` as processes, with mutual TLS.
class PredictJoinIT {
    private static final Pattern PORT = Pattern.compile("listening port=(\\d+)");
    private static final List<String> MODEL =
            List.of(
                    "--backbone",
                    "fresh:16x2",
                    "--blocks",
                    "1",
                    "--array",
                    "4x4x2",
                    "--batch",
                    "4",
                    "--rounds",
                    "30",
                    "--threads",
                    "1");

    @TempDir Path folder;
    private final List<Running> running = new ArrayList<>();

    @BeforeEach
    void channelsAndCertificates() {
        for (String name : List.of("east", "west")) {
            ok(
                    "channels generate --preset llm4cp --tracks 8 --subcarriers 8 --quiet --seed",
                    name.length() + name.charAt(0),
                    "--to",
                    folder.resolve(name + ".npz"));
        }
        Path certificates = folder.resolve("certs");
        ok("certs init --dir", certificates);
        ok("certs server --host 127.0.0.1 --dir", certificates);
        ok("certs device east --dir", certificates);
        ok("certs device west --dir", certificates);
    }

    private void ok(String words, Object... more) {
        Outcome outcome = new CommandLineFixture(folder.resolve("runs")).line(words, more);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    private Running lamina(List<?> words) throws IOException {
        Running started = Processes.lamina(folder, words.toArray());
        running.add(started);
        return started;
    }

    private Running lead(Object... more) throws IOException {
        List<Object> words = new ArrayList<>(List.of("predict", "train", "--listen"));
        words.addAll(List.of("127.0.0.1:0", "--servers", 2, "--to", "network"));
        words.addAll(MODEL);
        words.addAll(List.of(more));
        return lamina(words);
    }

    private Running join(String address, String name) throws IOException {
        return lamina(
                List.of(
                        "predict",
                        "join",
                        address,
                        "--channels",
                        name + ".npz",
                        "--name",
                        name,
                        "--state",
                        "state-" + name,
                        "--to",
                        "of-" + name,
                        "--threads",
                        1));
    }

    private static String address(Running leader) throws IOException, InterruptedException {
        leader.awaitError("listening");
        Matcher port = PORT.matcher(Files.readString(leader.err()));
        assertThat(port.find()).isTrue();
        return "127.0.0.1:" + port.group(1);
    }

    private static void done(Running process) {
        Processes.Outcome outcome = process.await();
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    /// With a server killed on the way and started again.
    @Test
    void processesComeToTheSameAsOneProcess() throws IOException, InterruptedException {
        List<Object> local = new ArrayList<>(List.of("--channels", "east.npz,west.npz"));
        local.addAll(List.of("--servers", "files", "--held-out", 0, "--to", "local", "--quiet"));
        local.addAll(MODEL);
        List<Object> words = new ArrayList<>(List.of("predict", "train"));
        words.addAll(local);
        Running whole = lamina(words);
        Running leader = lead("--rejoin-timeout", 60);
        String address = address(leader);
        Running east = join(address, "east");
        Running west = join(address, "west");
        leader.awaitError("round finished round=3");
        west.process().destroyForcibly().waitFor();
        assertThat(Files.readString(leader.err())).doesNotContain("round=30");
        Running again = join(address, "west");
        done(leader);
        done(east);
        done(again);
        done(whole);
        Path expected = folder.resolve("local/model.safetensors");
        assertThat(folder.resolve("network/model.safetensors")).hasSameBinaryContentAs(expected);
        assertThat(folder.resolve("of-east/model.safetensors")).hasSameBinaryContentAs(expected);
        assertThat(folder.resolve("network.checkpoint.safetensors")).doesNotExist();
    }

    @Test
    void withoutAKilledServerTheOthersGoOn() throws IOException, InterruptedException {
        Running leader = lead("--rejoin-timeout", 0.5);
        String address = address(leader);
        Running east = join(address, "east");
        Running west = join(address, "west");
        leader.awaitError("round finished round=2 servers=2");
        west.process().destroyForcibly().waitFor();
        done(leader);
        done(east);
        assertThat(Files.readString(leader.err()))
                .contains("server gone server=west")
                .contains("round finished round=30 servers=1");
    }

    @AfterEach
    void end() {
        running.forEach(process -> process.process().destroyForcibly());
    }
}
