package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.Processes.Running;
import dev.lamina.base.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One server and four devices as processes, with mutual TLS, and `kill -9` at random moments: six
/// here, as many as `lamina.kills` says in `recipes/soak.sh`.
class NetworkFaultsIT {
    private static final long SEED = Long.getLong("lamina.kill-seed", 1);
    private static final int KILLS = Integer.getInteger("lamina.kills", 6);

    @TempDir Path folder;

    @Test
    void killedAtRandomMomentsItComesToTheSameAdapter() throws IOException, InterruptedException {
        int rounds = 10 + 3 * KILLS;
        List<Object> run =
                List.of(
                        "--model",
                        "shape:2x64x2",
                        "--rank",
                        2,
                        "--batch",
                        4,
                        "--epochs",
                        10_000,
                        "--rounds",
                        rounds,
                        "--max-steps",
                        100 * rounds);
        try (FleetProcesses fleet =
                new FleetProcesses(
                        folder, run, List.of("--rejoin-timeout", 120, "--heartbeat", 1))) {
            byte[] expected = fleet.adapterInOneProcess();
            fleet.startAll();
            fleet.process("server").awaitError("round started");
            RandomGenerator random = Seeds.stream(SEED, "kills");
            List<String> killed = new ArrayList<>();
            for (int i = 0; i < KILLS; i++) {
                Thread.sleep(random.nextInt(200, 2000));
                Running server = fleet.process("server");
                if (!server.process().isAlive()) {
                    break; // it is done: a fast machine needs less time than so many kills
                }
                // Every other time the server: it has more to lose.
                int victim = i % 2 == 0 ? 0 : random.nextInt(1, 1 + FleetProcesses.NAMES.size());
                String who = victim == 0 ? "server" : FleetProcesses.NAMES.get(victim - 1);
                fleet.killAndRestart(who);
                killed.add(who);
                fleet.process("server").awaitError("round finished");
            }
            System.out.println("killed, seed " + SEED + ": " + killed);
            assertThat(killed).as("seed %d", SEED).hasSizeGreaterThanOrEqualTo(KILLS / 2);
            assertThat(fleet.process("server").await().exitCode())
                    .as(Files.readString(fleet.process("server").err()))
                    .isZero();
            for (String name : FleetProcesses.NAMES) {
                assertThat(fleet.process(name).await().exitCode())
                        .as(Files.readString(fleet.process(name).err()))
                        .isZero();
            }
            assertThat(fleet.adapterOfServer())
                    .as("seed %d, killed %s", SEED, killed)
                    .isEqualTo(expected);
        }
    }
}
