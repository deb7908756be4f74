package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.CommandLineFixture.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `predict join` and `predict train --listen` do not take.
class PredictJoinCommandTest {
    @TempDir Path folder;

    /// What is wrong with a line of flags.
    private record Case(String flags, String message) {}

    private Outcome run(String command, Object... more) {
        return new CommandLineFixture(folder.resolve("runs")).line(command, more);
    }

    @Test
    void whoLeadsRefusesWhatMakesNoSense() {
        String listen = "--listen 127.0.0.1:0 --insecure --servers 2 ";
        for (Case bad :
                List.of(
                        new Case("--rounds 2", "no --channels are given"),
                        new Case("--min-servers 2", "--min-servers without --listen"),
                        new Case("--insecure", "--insecure without --listen"),
                        new Case("--listen here --insecure", "--listen 'here' is not HOST:PORT"),
                        new Case("--listen 127.0.0.1:0 --certs no/such", "ca.pem"),
                        new Case(
                                "--listen 0.0.0.0:7070 --insecure",
                                "--insecure with --listen 0.0.0.0:7070"),
                        new Case(listen + "--by speed_kmh", "--by, --held-out or --share"),
                        new Case(listen + "--held-out 0.1", "--by, --held-out or --share"),
                        new Case(listen.replace("2", "files"), "--listen"),
                        new Case(listen + "--min-servers 3", "--min-servers 3 of 2"),
                        new Case(listen + "--round-deadline -1", "--round-deadline -1.0"),
                        new Case(listen + "--subcarriers 0", "--subcarriers 0"),
                        new Case(listen + "--model gru", "how many subcarriers"),
                        new Case(listen + "--model gpt", "unknown model 'gpt'"),
                        new Case(listen + "--continue", "nothing was saved"))) {
            Outcome outcome = run("predict train " + bad.flags(), "--to", folder.resolve("m"));
            assertThat(outcome.exitCode()).as(bad.flags()).isEqualTo(2);
            assertThat(outcome.err()).as(bad.flags()).contains(bad.message()).contains("Maybe");
            assertThat(folder.resolve("m")).doesNotExist();
        }
    }

    @Test
    void whoJoinsIsToldWhatIsWrong() {
        Path channels = folder.resolve("c.npz");
        run("channels generate --preset llm4cp --tracks 2 --subcarriers 4 --quiet --to", channels);
        String local = "127.0.0.1:9 --name a --insecure ";
        for (Case bad :
                List.of(
                        new Case("here --name a", "the address 'here' is not HOST:PORT"),
                        new Case(
                                "example.org:7070 --name a --insecure", "which is another machine"),
                        new Case("127.0.0.1:9 --insecure", "no --name is given"),
                        new Case("127.0.0.1:9 --name ../a --insecure", "not a device name"),
                        new Case("127.0.0.1:9 --name a --certs no/such", "ca.pem"),
                        new Case(local + "--to " + folder, "exists"),
                        new Case(local + "--give-up 0", "--give-up 0.0"),
                        new Case(local + "--log xml", "--log xml"))) {
            Outcome outcome = run("predict join " + bad.flags().strip(), "--channels", channels);
            assertThat(outcome.exitCode()).as(bad.flags()).isEqualTo(2);
            assertThat(outcome.err()).as(bad.flags()).contains(bad.message()).contains("Maybe");
        }
        Outcome none = run("predict join " + local + "--channels", folder.resolve("none.npz"));
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("none.npz").contains("Maybe");
    }

    /// Nobody listens there: it gives up, and that is no bad input.
    @Test
    void nobodyLeads() {
        Path channels = folder.resolve("c.npz");
        run("channels generate --preset llm4cp --tracks 2 --subcarriers 4 --quiet --to", channels);
        Outcome outcome =
                run(
                        "predict join 127.0.0.1:9 --name a --insecure --give-up 0.1 --channels",
                        channels);
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(1);
        assertThat(outcome.err()).contains("no contact with 127.0.0.1:9");
    }

    /// A server that knows only how many tracks the others have takes its own in the order in which
    /// one process would deal them out.
    @Test
    void eachServerKnowsItsOwnTracksOrder() {
        int[] tracks = {3, 5, 4};
        List<Integer> all = TrackFiles.shuffled(12, 7);
        int before = 0;
        for (int own : tracks) {
            int first = before;
            assertThat(TrackFiles.ofServer(first, own, 12, 7))
                    .isEqualTo(
                            all.stream()
                                    .filter(i -> i >= first && i < first + own)
                                    .map(i -> i - first)
                                    .toList())
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, own).boxed().toList());
            before += own;
        }
        assertThat(Files.exists(folder.resolve("runs"))).isFalse();
    }
}
