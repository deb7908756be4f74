package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.Processes.Outcome;
import dev.lamina.app.Processes.Running;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server as a process: who is let in, what it tells an operator, and how it ends.
@Timeout(300)
class NetworkSecurityIT {
    @TempDir Path folder;

    @Test
    void strangersStayOutAndTheOperatorSeesIt() throws IOException, InterruptedException {
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
                        200,
                        "--max-steps",
                        20_000);
        try (FleetProcesses fleet = new FleetProcesses(folder, run, List.of("--heartbeat", 1))) {
            String name = FleetProcesses.NAMES.get(0);
            Running server = fleet.startServer();
            server.awaitError("listening");
            int metrics = fleet.port + 1;
            assertThat(get(metrics, "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(metrics, "/health/ready").statusCode()).isEqualTo(503);

            // A certificate of another CA.
            Path foreign = folder.resolve("foreign");
            fleet.ok("certs", "init", "--dir", foreign);
            fleet.ok("certs", "device", name, "--dir", foreign);
            Files.copy(foreign.resolve("ca.pem"), folder.resolve("foreign-ca.pem"));
            Files.delete(foreign.resolve("ca.pem"));
            Files.copy(fleet.certificates.resolve("ca.pem"), foreign.resolve("ca.pem"));
            Outcome stranger = fleet.startDevice(name, foreign).await();
            assertThat(stranger.exitCode()).as(stranger.err()).isEqualTo(2);

            // One that was revoked before.
            fleet.ok("certs", "device", "lost", "--dir", fleet.certificates);
            fleet.ok("certs", "revoke", "lost", "--dir", fleet.certificates);
            Path data = folder.resolve("data").resolve("lost.jsonl");
            Files.copy(folder.resolve("data").resolve(name + ".jsonl"), data);
            Outcome lost = fleet.startDevice("lost").await();
            assertThat(lost.exitCode()).as(lost.err()).isEqualTo(2);
            assertThat(lost.err()).contains("Maybe");
            server.awaitError("revoked");

            for (String device : FleetProcesses.NAMES) {
                fleet.startDevice(device);
            }
            server.awaitError("round finished");
            assertThat(get(metrics, "/health/ready").statusCode()).isEqualTo(200);
            String text = get(metrics, "/metrics").body();
            assertThat(text)
                    .contains("lamina_devices_connected 4")
                    .contains("lamina_participants 4")
                    .contains("phase=\"compute\"")
                    .contains("device=\"" + name + "\"")
                    .containsPattern("lamina_rejected_total\\{reason=\"identity\"\\} [1-9]");

            // One that is revoked while it trains.
            fleet.ok("certs", "revoke", name, "--dir", fleet.certificates);
            Outcome out = fleet.process(name).await();
            assertThat(out.exitCode()).as(out.err()).isEqualTo(2);

            server.signal("TERM");
            Outcome ended = server.await();
            assertThat(ended.exitCode()).as(ended.err()).isIn(130, 143);
            assertThat(ended.err()).contains("state saved");
            assertThat(folder.resolve("server").resolve("result.json")).doesNotExist();
        }
    }

    private static HttpResponse<String> get(int port, String path)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                    BodyHandlers.ofString());
        }
    }
}
