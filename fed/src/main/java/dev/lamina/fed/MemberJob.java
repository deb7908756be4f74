package dev.lamina.fed;

import dev.lamina.air.EdgeServer;
import dev.lamina.air.Examples;
import dev.lamina.air.PersonalLayers;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.air.TrainingListener;
import dev.lamina.nn.FloatTensor;
import dev.lamina.wire.Packet;
import dev.lamina.wire.ProtocolException;
import dev.lamina.wire.proto.RoundStart;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What an edge server does of one federation, once it has its assignment: it answers a round's
/// start with an update. It knows nothing of lines.
///
/// @param <E> the model's examples
final class MemberJob<E> implements AutoCloseable {
    private final Assignment assignment;
    private final TrainedPredictor<E> model;
    private final EdgeServer<E> server;
    private final TensorSet shared;
    private final SequencedMap<String, FloatTensor> kept;
    private final MemberState state;
    private final Consumer<String> log;
    private boolean dirty = true;

    /// @param model of the assignment, whatever its parameters; closed with this
    /// @param first message, with the first values of what the server keeps to itself
    /// @throws ProtocolException if these are not the model's
    MemberJob(
            Assignment assignment,
            TrainedPredictor<E> model,
            Examples<E> examples,
            Packet first,
            MemberState state,
            Consumer<String> log) {
        this.assignment = assignment;
        this.model = model;
        this.state = state;
        this.log = log;
        FederationSettings settings = assignment.settings();
        PersonalLayers layers = settings.layers();
        Map<String, FloatTensor> all = model.parameters().values();
        shared = new TensorSet(layers.shared(all));
        kept = new TensorSet(layers.kept(all)).decode(first.tensors());
        server =
                new EdgeServer<>(
                        model,
                        examples,
                        settings.training(),
                        settings.federation(),
                        assignment.server(),
                        assignment.servers());
    }

    Assignment assignment() {
        return assignment;
    }

    /// Trains a round from where who leads says that this server is.
    ///
    /// @return the update; null if the listener asked to stop: then the round has not happened here
    /// @throws ProtocolException if the message does not fit
    @Nullable Packet round(Packet packet, TrainingListener listener) {
        RoundStart start = packet.message().getRoundStart();
        int passes = start.getFromStep();
        ProtocolException.check(
                start.getRound() >= 0
                        && start.getRound() < assignment.settings().federation().rounds()
                        && passes >= 0
                        && start.getSteps() == assignment.settings().federation().localEpochs(),
                "round %d of %d passes after %d passes"
                        .formatted(start.getRound(), start.getSteps(), passes));
        SequencedMap<String, FloatTensor> global = full(packet);
        if (dirty || server.epochs() != passes) {
            goTo(passes);
        }
        dirty = true;
        EdgeServer.Update update = server.round(global, listener);
        if (update == null) {
            return null;
        }
        state.save(passes, server.epochs(), server.state()); // before who leads can count on it
        dirty = false;
        return FederationFormat.update(start.getRound(), update);
    }

    private SequencedMap<String, FloatTensor> full(Packet packet) {
        SequencedMap<String, FloatTensor> global = new LinkedHashMap<>(kept);
        global.putAll(shared.decode(packet.tensors()));
        return global;
    }

    private void goTo(int passes) {
        SequencedMap<String, FloatTensor> before = passes == 0 ? null : state.load(passes);
        if (before != null) {
            server.restore(before);
            return;
        }
        if (passes > 0) {
            log.accept("no state after %d passes here: a fresh optimiser".formatted(passes));
        }
        server.restart(passes);
    }

    /// The predictor that came of the federation, with this server's own output layers; closed with
    /// this.
    ///
    /// @throws ProtocolException if the message does not fit
    TrainedPredictor<?> finish(Packet packet) {
        SequencedMap<String, FloatTensor> last = full(packet);
        last.putAll(server.kept());
        model.parameters().assign(last);
        state.remove();
        return model;
    }

    @Override
    public void close() {
        model.close();
    }
}
