package dev.lamina.fed;

import dev.lamina.air.Examples;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.air.TrainingListener;
import dev.lamina.base.BadInputException;
import dev.lamina.wire.ConnectionException;
import dev.lamina.wire.Packet;
import dev.lamina.wire.ProtocolException;
import dev.lamina.wire.WireClient;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An edge server that takes part in a federation over a network: it holds its own tracks, and
/// takes model and settings from who leads. It goes on when the connection breaks, when who leads
/// is restarted and when it is restarted itself. Run it on a platform thread.
public final class Member implements AutoCloseable {
    private static final double TICK_SECONDS = 0.2;
    private static final double LAST_WORDS_SECONDS = 1;
    private static final int LONGEST_REASON = 300;

    private final Config config;
    private final Material material;
    private final Listener listener;
    private final WireClient line;
    private @Nullable MemberJob<?> job;
    private @Nullable Packet waiting;

    /// How a server takes part.
    ///
    /// @param line to who leads
    /// @param tracks that it has
    /// @param state folder in which it keeps its state, federation by federation
    public record Config(WireClient.Config line, int tracks, Path state) {}

    /// What a server learns from.
    public interface Material {
        /// Makes the examples.
        ///
        /// @throws BadInputException if its tracks do not fit the settings
        <E> Examples<E> examples(Assignment assignment, TrainedPredictor<E> model);
    }

    /// Who wants to know how a server fares.
    public interface Listener {
        /// Something to tell the user.
        default void event(String text) {}

        /// It has its number and the settings.
        default void assigned(Assignment assignment) {}

        /// A round begins.
        ///
        /// @param round counted from 1
        default void round(int round, int rounds) {}

        /// A step was taken.
        ///
        /// @param step counted from 1
        /// @param steps in the whole run
        default void stepped(int step, int steps, double loss) {}

        /// The federation is done.
        ///
        /// @param model that came of it, with the server's own output layers; closed afterwards
        default void finished(TrainedPredictor<?> model) {}

        /// Asked often: true leaves the federation.
        default boolean stopRequested() {
            return false;
        }
    }

    /// Nothing is sent yet.
    public Member(Config config, Material material, Listener listener) {
        this.config = config;
        this.material = material;
        this.listener = listener;
        line = new WireClient(config.line(), listener::event);
    }

    /// Takes part until the federation is done.
    ///
    /// @return false if the listener asked to stop before
    /// @throws ConnectionException if who leads refuses this server, or cannot be reached any more
    /// @throws BadInputException if the tracks do not fit the federation
    public boolean run() {
        join();
        while (!listener.stopRequested()) {
            try {
                Packet packet = next();
                if (packet != null && take(packet)) {
                    return true;
                }
            } catch (ConnectionException e) {
                if (e.kind() != ConnectionException.Kind.SESSION_LOST) {
                    throw e;
                }
                listener.event("the session is over: joining anew");
                join();
            }
        }
        return false;
    }

    private void join() {
        waiting = null;
        line.open();
        line.send(FederationFormat.join(config.tracks()));
    }

    /// The next message; null if none comes in a tick.
    private @Nullable Packet next() {
        Packet packet = waiting;
        waiting = null;
        return packet == null ? line.poll(TICK_SECONDS) : packet;
    }

    /// True if the federation is done.
    private boolean take(Packet packet) {
        switch (packet.message().getBodyCase()) {
            case FEDERATION_ASSIGNMENT -> prepare(packet);
            case ROUND_START -> round(packet);
            case FINISHED -> {
                listener.finished(job().finish(packet));
                line.settle(LAST_WORDS_SECONDS);
                return true;
            }
            case REFUSAL ->
                    throw new BadInputException(
                            "who leads the federation does not take this server: "
                                    + printable(packet.message().getRefusal().getReason()),
                            "its files or its version are others than the federation's");
            case JOIN,
                    ASSIGNMENT,
                    READY,
                    ACTIVATION,
                    GRADIENT,
                    ADAPTER_UPDATE,
                    ECHO,
                    REPRESENTATION,
                    REPRESENTATION_GRADIENT,
                    BODY_NOT_SET ->
                    throw new BadInputException(
                            config.line().server()
                                    + " leads no federation: it says "
                                    + packet.message().getBodyCase(),
                            "it is a 'lamina server'; 'lamina predict train --listen' leads one.");
        }
        return false;
    }

    private static String printable(String reason) {
        String line = reason.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "...";
    }

    private MemberJob<?> job() {
        MemberJob<?> now = job;
        if (now == null) {
            throw new ProtocolException("a round before the assignment");
        }
        return now;
    }

    private void prepare(Packet packet) {
        Assignment assignment =
                FederationFormat.assignment(
                        packet.message().getFederationAssignment(), config.tracks());
        MemberJob<?> before = job;
        if (before == null || !before.assignment().equals(assignment)) {
            if (before != null) {
                before.close();
                job = null;
            }
            listener.assigned(assignment);
            job = job(assignment, assignment.settings().model().fresh(0), packet);
        }
        line.send(FederationFormat.ready());
    }

    private <E> MemberJob<E> job(Assignment assignment, TrainedPredictor<E> model, Packet packet) {
        try {
            return new MemberJob<>(
                    assignment,
                    model,
                    material.examples(assignment, model),
                    packet,
                    new MemberState(config.state().resolve(assignment.run())),
                    listener::event);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private void round(Packet packet) {
        MemberJob<?> now = job();
        listener.round(
                packet.message().getRoundStart().getRound() + 1,
                now.assignment().settings().federation().rounds());
        Packet update = now.round(packet, new Steps());
        if (update != null) {
            line.send(update);
        }
    }

    /// Ends a round if the user wants to leave, or who leads says something meanwhile: it goes on
    /// without this round.
    private final class Steps implements TrainingListener {
        @Override
        public void stepped(int step, int steps, double loss) {
            listener.stepped(step, steps, loss);
        }

        @Override
        public boolean stopRequested() {
            if (waiting == null && line.available()) {
                waiting = line.poll(0);
            }
            return waiting != null || listener.stopRequested();
        }
    }

    @Override
    public void close() {
        line.close();
        MemberJob<?> now = job;
        if (now != null) {
            now.close();
        }
    }
}
