package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.CommandLineFixture.Outcome;
import dev.lamina.serve.LocalNode;
import dev.lamina.serve.ServiceKinds;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `lamina node` refuses before it does anything, and what it counts.
class NodeCommandTest {
    @TempDir Path folder;

    private Outcome node(String words, Object... more) {
        return new CommandLineFixture(folder.resolve("runs")).line("node " + words, more);
    }

    private static void refused(Outcome outcome, String named) {
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.problem()).contains(named);
        assertThat(outcome.err().lines()).hasSize(2).last().asString().startsWith("Maybe ");
        assertThat(outcome.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    --listen nowhere                         | --listen 'nowhere' is not HOST:PORT
                    --listen 0.0.0.0:7171 --insecure         | other machines can reach
                    --insecure --name a/b                    | --name 'a/b'
                    --insecure --name a --memory much        | --memory much
                    --insecure --name a --memory 4K          | below 1M
                    --insecure --name a --root nowhere       | --root nowhere is no folder
                    --insecure --name a --threads -1         | --threads -1
                    --insecure --name a --threads x          | 'x' is not an int
                    --insecure --name a --metrics here       | --metrics 'here'
                    --insecure --name a --log xml            | --log xml
                    --name a --certs nowhere                 | nowhere
                    --insecure --name a --memroy 4G          | '--memroy'
                    --insecure serve                         | 'serve'
                    """)
    void oneProblemAndOneHint(String flags, String named) {
        refused(node(flags), named);
    }

    @Test
    void aPortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refused(
                    node(
                            "--insecure --name a --metrics off --listen",
                            "127.0.0.1:" + taken.getLocalPort()),
                    "cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void metricsAreThereFromTheStart() throws IOException {
        NodeMetrics metrics = new NodeMetrics();
        try (LocalNode node =
                new LocalNode(LocalNode.Config.of("a"), new ServiceKinds(List.of()), metrics)) {
            metrics.of(node);
            metrics.loaded("s@1", 0.5);
            metrics.batch("s@1", 3, 0.01, 0.1);
            metrics.evicted("s@1");
            metrics.refused();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PrometheusTextFormatWriter.create().write(out, metrics.registry().scrape());
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains("lamina_node_memory_max_bytes 8.589934592E9")
                    .contains("lamina_node_memory_used_bytes 0.0")
                    .contains("lamina_batch_items_sum{service=\"s@1\"} 3.0")
                    .contains("lamina_service_loads_total{service=\"s@1\"} 1.0")
                    .contains("lamina_service_load_seconds_total{service=\"s@1\"} 0.5")
                    .contains("lamina_service_evictions_total{service=\"s@1\"} 1.0")
                    .contains("lamina_rejected_total 1.0");
        }
    }
}
