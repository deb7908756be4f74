package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.gateway.RemoteNode;
import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.RequestContext;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.ServiceSpec;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Value;
import dev.lamina.wire.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node as a process: it serves, hangs, goes on, and ends.
@Timeout(300)
class NodeIT {
    private static final Pattern LISTENS =
            Pattern.compile("node a listens on 127\\.0\\.0\\.1:(\\d+)");

    @TempDir Path folder;

    @Test
    void aProcessThatHangsIsUnavailableAndGoesOn() throws IOException, InterruptedException {
        Processes.Running process =
                Processes.lamina(
                        folder,
                        "node",
                        "--name",
                        "a",
                        "--listen",
                        "127.0.0.1:0",
                        "--insecure",
                        "--metrics",
                        "127.0.0.1:0");
        try {
            process.awaitError("listens on");
            Matcher line = LISTENS.matcher(Files.readString(process.err()));
            assertThat(line.find()).isTrue();
            Address address = new Address("127.0.0.1", Integer.parseInt(line.group(1)));
            try (RemoteNode node = RemoteNode.connect(address, null)) {
                assertThat(node.name()).isEqualTo("a");
                node.assign(
                        new ServiceSpec("probe", "1", "probe", Settings.NONE), new byte[0], true);
                ask(node);
                process.signal("STOP");
                long start = System.nanoTime();
                assertThatThrownBy(() -> ask(node))
                        .isInstanceOfSatisfying(
                                ServeException.class,
                                e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
                assertThat((System.nanoTime() - start) / 1e9).isLessThan(4);
                process.signal("CONT");
                awaitUp(node);
                ask(node);
            }
        } finally {
            process.signal("CONT");
            process.signal("TERM");
        }
        Processes.Outcome outcome = process.await();
        assertThat(outcome.exitCode()).as(outcome.err()).isIn(130, 143);
        assertThat(outcome.err()).contains("node a has stopped");
    }

    private static void ask(RemoteNode node) {
        Value values = new Value.Floats(FloatTensor.zeros(3));
        assertThat(
                        node.call(
                                        "probe@1",
                                        List.of(Map.of("values", values)),
                                        RequestContext.within(Duration.ofMinutes(1)))
                                .getFirst()
                                .outputs())
                .isNotEmpty();
    }

    private static void awaitUp(RemoteNode node) throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            try {
                node.status();
                return;
            } catch (ServeException e) {
                Thread.sleep(100);
            }
        }
    }
}
