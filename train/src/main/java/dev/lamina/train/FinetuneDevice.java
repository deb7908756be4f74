package dev.lamina.train;

import dev.lamina.base.BadInputException;
import dev.lamina.data.Columns;
import dev.lamina.data.Sample;
import dev.lamina.data.TextDatasets;
import dev.lamina.wire.BlobCache;
import dev.lamina.wire.BlobId;
import dev.lamina.wire.ConnectionException;
import dev.lamina.wire.Packet;
import dev.lamina.wire.ProtocolException;
import dev.lamina.wire.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A device of a fine-tuning job over a network: it holds its own samples, and the lower part of
/// the model that the server assigns to it. It goes on when the connection breaks, when the server
/// is restarted and when it is restarted itself.
public final class FinetuneDevice implements AutoCloseable {
    private static final double TICK_SECONDS = 0.2;

    private final Config config;
    private final Listener listener;
    private final int samples;
    private final WireClient line;
    private final NetworkLink link = new NetworkLink();
    private @Nullable DeviceJob job;

    /// How a device takes part.
    ///
    /// @param line to the server
    /// @param data file with its samples
    /// @param columns of the file
    /// @param cache where parts of models are kept
    /// @param state folder in which it keeps its state, run by run
    /// @param threads of a tensor operation; 0 for what the server says, which gives exactly the
    ///   result of a run in one process
    public record Config(
            WireClient.Config line,
            String data,
            Columns columns,
            BlobCache cache,
            Path state,
            int threads) {}

    /// Who wants to know how a device fares.
    public interface Listener {
        /// Something to tell the user.
        default void event(String text) {}

        /// A round begins.
        ///
        /// @param round counted from 1
        default void round(int round, int steps) {}

        /// A step was taken.
        default void stepped(int round, int step, double loss) {}

        /// Asked often: true leaves the run.
        default boolean stopRequested() {
            return false;
        }
    }

    /// The user wants to leave.
    private static final class StopException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /// The server says something else than the answer that was waited for.
    private static final class PreemptedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Message message;

        PreemptedException(Message message) {
            super("preempted", null, false, false);
            this.message = message;
        }
    }

    /// Reads the samples; nothing is sent yet.
    ///
    /// @throws BadInputException if they cannot be used
    public FinetuneDevice(Config config, Listener listener) {
        this.config = config;
        this.listener = listener;
        samples = TextDatasets.count(config.data(), config.columns());
        line = new WireClient(config.line(), listener::event);
    }

    /// Takes part until the run is over.
    ///
    /// @return the accuracy that the server has measured; null if the listener asked to stop
    /// @throws ConnectionException if the server refuses this device, or cannot be reached any more
    /// @throws BadInputException if the samples do not fit the run
    public @Nullable Double run() {
        line.open();
        line.send(WireFormat.toPacket(new Message.Join(samples)));
        Message message = null;
        while (true) {
            try {
                Message now = message == null ? await() : message;
                message = null;
                switch (now) {
                    case Message.Assigned assigned -> prepare(assigned.assignment());
                    case Message.RoundStart start -> round(start);
                    case Message.Finished finished -> {
                        line.settle(1);
                        return finished.accuracy();
                    }
                    case Message.Refusal refusal ->
                            throw new BadInputException(
                                    "the server does not take this device: " + refusal.reason(),
                                    "its data or its version are others than the run's");
                    case Message.Gradient late -> {
                        // of a step that was given up
                    }
                    case Message.Representation late -> {
                        // likewise
                    }
                    case Message.RepresentationGradient m -> wrongWay(m);
                    case Message.Join m -> wrongWay(m);
                    case Message.Ready m -> wrongWay(m);
                    case Message.Activation m -> wrongWay(m);
                    case Message.AdapterUpdate m -> wrongWay(m);
                }
            } catch (PreemptedException e) {
                message = e.message;
            } catch (StopException e) {
                return null;
            } catch (ConnectionException e) {
                if (e.kind() != ConnectionException.Kind.SESSION_LOST) {
                    throw e;
                }
                listener.event("the server was restarted: joining anew");
                message = null;
                line.open();
                line.send(WireFormat.toPacket(new Message.Join(samples)));
            }
        }
    }

    private static void wrongWay(Message message) {
        throw new ProtocolException(
                "a " + message.getClass().getSimpleName() + ", which only devices send");
    }

    /// The server's next message.
    private Message await() {
        while (true) {
            if (listener.stopRequested()) {
                throw new StopException();
            }
            Packet packet = line.poll(TICK_SECONDS);
            if (packet != null) {
                return WireFormat.fromPacket(packet);
            }
        }
    }

    private void prepare(Assignment assignment) {
        DeviceJob before = job;
        if (before == null || !before.assignment().equals(assignment)) {
            if (before != null) {
                before.close();
                job = null;
            }
            Path part = fetch("device part", assignment.part());
            Path tokenizer = fetch("tokenizer", assignment.tokenizer());
            List<Sample> own =
                    TextDatasets.samples(config.data(), config.columns(), assignment.labels());
            job =
                    DeviceJob.load(
                            assignment,
                            part,
                            read(tokenizer),
                            own,
                            config.state().resolve(assignment.run()),
                            config.threads() > 0 ? config.threads() : assignment.threads(),
                            listener::event);
        }
        line.send(WireFormat.toPacket(new Message.Ready()));
    }

    private Path fetch(String what, BlobId id) {
        Path held = config.cache().get(id);
        if (held != null) {
            return held;
        }
        listener.event("fetching the %s, %,d bytes".formatted(what, id.bytes()));
        return line.fetch(config.cache(), id);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private void round(Message.RoundStart start) {
        DeviceJob now = job;
        if (now == null) {
            throw new ProtocolException("a round before the assignment");
        }
        Device device = now.device();
        listener.round(start.round() + 1, start.steps());
        if (!device.begin(start) && start.fromStep() > 0) {
            listener.event(
                    "no state of step %d here: going on with a fresh optimiser"
                            .formatted(start.fromStep()));
        }
        try {
            for (int i = 0; i < start.steps(); i++) {
                Message other = line.available() ? await() : null;
                if (other != null && !isAnswer(other)) {
                    throw new PreemptedException(other);
                }
                device.forward(link);
                Device.StepReport report = device.backward(link);
                listener.stepped(start.round() + 1, device.steps(), report.loss());
            }
        } catch (RuntimeException e) {
            device.abandon();
            throw e;
        }
        Message.AdapterUpdate update = device.update();
        now.save(); // before the server can count on it
        link.up(update);
    }

    private static boolean isAnswer(Message message) {
        return message instanceof Message.Gradient || message instanceof Message.Representation;
    }

    private final class NetworkLink implements Link {
        @Override
        public void up(Message message) {
            line.send(WireFormat.toPacket(message));
        }

        @Override
        public Message down() {
            Message message = await();
            if (isAnswer(message)) {
                return message;
            }
            throw new PreemptedException(message);
        }
    }

    @Override
    public void close() {
        line.close();
        DeviceJob now = job;
        if (now != null) {
            now.close();
        }
    }
}
