package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.serve.LocalNode;
import dev.lamina.serve.Node;
import dev.lamina.serve.NodeListener;
import dev.lamina.serve.NodeStatus;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.RequestContext;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.ServiceKinds;
import dev.lamina.serve.ServiceSpec;
import dev.lamina.serve.Value;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServeOptionsTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final EventLog log =
            new EventLog(
                    new Context(
                            new PrintStream(err, true, StandardCharsets.UTF_8),
                            new PrintStream(err, true, StandardCharsets.UTF_8),
                            false,
                            Path.of("runs"),
                            Clock.systemUTC()),
                    true,
                    "text");

    /// A node that is there after it was asked some times.
    private static final class Late implements Node {
        private final LocalNode node =
                new LocalNode(
                        LocalNode.Config.of("late"),
                        new ServiceKinds(List.of()),
                        NodeListener.NONE);
        private int before;

        Late(int before) {
            this.before = before;
        }

        @Override
        public String name() {
            return node.name();
        }

        @Override
        public NodeStatus status() {
            if (before-- > 0) {
                throw new ServeException(Reason.UNAVAILABLE, "refused\nMaybe it is off");
            }
            return node.status();
        }

        @Override
        public void assign(ServiceSpec spec, byte[] state, boolean load) {
            node.assign(spec, state, load);
        }

        @Override
        public void remove(String id) {
            node.remove(id);
        }

        @Override
        public List<Outcome> call(
                String id, List<Map<String, Value>> items, RequestContext context) {
            return node.call(id, items, context);
        }

        @Override
        public byte[] state(String id) {
            return node.state(id);
        }

        @Override
        public void close() {
            node.close();
        }
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void nodesThatAreStartingAreWaitedFor() {
        try (Late late = new Late(2)) {
            ServeOptions.await(List.of(late), Duration.ofMinutes(1), log);
            assertThat(late.before).as("asked until it answered").isEqualTo(-1);
        }
        assertThat(said()).isEmpty();
    }

    @Test
    void whoDoesNotComeIsNamed() {
        try (Late late = new Late(Integer.MAX_VALUE)) {
            ServeOptions.await(List.of(late), Duration.ZERO, log);
        }
        assertThat(said())
                .contains("warn: no service is placed on a node")
                .contains("late=\"refused; maybe it is off\"")
                .hasLineCount(1);
    }
}
