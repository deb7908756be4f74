package dev.lamina.fed;

import dev.lamina.air.EdgeServer;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.wire.Packet;
import dev.lamina.wire.ProtocolException;
import dev.lamina.wire.proto.AdapterUpdate;
import dev.lamina.wire.proto.FederationAssignment;
import dev.lamina.wire.proto.Finished;
import dev.lamina.wire.proto.Join;
import dev.lamina.wire.proto.Message;
import dev.lamina.wire.proto.Ready;
import dev.lamina.wire.proto.Refusal;
import dev.lamina.wire.proto.RoundStart;
import java.util.Map;
import java.util.SequencedMap;

/// Messages of a federation as `lamina.proto` has them, and back; what comes is checked.
final class FederationFormat {
    private static final int MOST_SERVERS = 1 << 16;
    private static final int LONGEST_SETTINGS = 1 << 16;

    /// Far more than anybody can train on, and small enough to count with.
    private static final int MOST_EXAMPLES = 1_000_000_000;

    private FederationFormat() {}

    static Packet join(int tracks) {
        return new Packet(message().setJoin(Join.newBuilder().setSamples(tracks)).build());
    }

    /// How many tracks somebody has who joins.
    static int tracks(Join join) {
        ProtocolException.check(
                join.getSamples() >= 1 && join.getSamples() <= Assignment.MOST_TRACKS,
                "a join with " + Long.toUnsignedString(join.getSamples()) + " tracks");
        return Math.toIntExact(join.getSamples());
    }

    /// @param kept by the server itself: their first values
    static Packet assignment(Assignment assignment, Map<String, FloatTensor> kept) {
        return new Packet(
                message()
                        .setFederationAssignment(
                                FederationAssignment.newBuilder()
                                        .setRun(assignment.run())
                                        .setServer(assignment.server())
                                        .setServers(assignment.servers())
                                        .setTracksBefore(assignment.tracksBefore())
                                        .setTracks(assignment.tracks())
                                        .setSettings(assignment.settings().toJson()))
                        .build(),
                TensorSet.encode(kept));
    }

    /// @param own tracks of the server that it is for
    static Assignment assignment(FederationAssignment a, int own) {
        ProtocolException.check(a.getRun().matches("[0-9a-f]{16}"), "run name");
        ProtocolException.check(
                a.getServers() >= 1
                        && a.getServers() <= MOST_SERVERS
                        && a.getServer() >= 0
                        && a.getServer() < a.getServers(),
                "server " + a.getServer() + " of " + a.getServers());
        ProtocolException.check(
                a.getTracks() >= own
                        && a.getTracks() <= Assignment.MOST_TRACKS
                        && a.getTracksBefore() >= 0
                        && a.getTracksBefore() <= a.getTracks() - own,
                own + " tracks after " + a.getTracksBefore() + " of " + a.getTracks());
        ProtocolException.check(
                a.getSettings().length() <= LONGEST_SETTINGS,
                "settings of " + a.getSettings().length() + " characters");
        return new Assignment(
                a.getRun(),
                a.getServer(),
                a.getServers(),
                Math.toIntExact(a.getTracksBefore()),
                Math.toIntExact(a.getTracks()),
                FederationSettings.parse(a.getSettings()));
    }

    static Packet ready() {
        return new Packet(message().setReady(Ready.getDefaultInstance()).build());
    }

    /// @param round from 0
    /// @param passesBefore of this server in rounds that count
    static Packet roundStart(
            int round, int passesBefore, int passes, SequencedMap<String, EncodedTensor> global) {
        return new Packet(
                message()
                        .setRoundStart(
                                RoundStart.newBuilder()
                                        .setRound(round)
                                        .setFromStep(passesBefore)
                                        .setSteps(passes))
                        .build(),
                global);
    }

    static Packet update(int round, EdgeServer.Update update) {
        AdapterUpdate.Builder body =
                AdapterUpdate.newBuilder()
                        .setRound(round)
                        .setSamples(update.examples())
                        .setLoss(update.localLoss());
        if (update.globalLoss() != null) {
            body.setGlobalLoss(update.globalLoss());
        }
        return new Packet(
                message().setAdapterUpdate(body).build(), TensorSet.encode(update.trained()));
    }

    /// @param shared what it must hold
    /// @param measured whether the loss of the global parameters is asked for
    static EdgeServer.Update update(Packet packet, TensorSet shared, boolean measured) {
        AdapterUpdate update = packet.message().getAdapterUpdate();
        ProtocolException.check(
                update.getSamples() >= 1 && update.getSamples() <= MOST_EXAMPLES,
                "an update from " + Long.toUnsignedString(update.getSamples()) + " examples");
        ProtocolException.check(
                Double.isFinite(update.getLoss()) && Double.isFinite(update.getGlobalLoss()),
                "an update with losses " + update.getGlobalLoss() + " and " + update.getLoss());
        ProtocolException.check(
                update.hasGlobalLoss() == measured,
                "an update with" + (measured ? "out" : "") + " the global parameters' loss");
        return new EdgeServer.Update(
                Math.toIntExact(update.getSamples()),
                measured ? update.getGlobalLoss() : null,
                update.getLoss(),
                shared.decode(packet.tensors()));
    }

    static Packet finished(SequencedMap<String, EncodedTensor> global) {
        return new Packet(message().setFinished(Finished.getDefaultInstance()).build(), global);
    }

    static Packet refusal(String reason) {
        return new Packet(message().setRefusal(Refusal.newBuilder().setReason(reason)).build());
    }

    private static Message.Builder message() {
        return Message.newBuilder();
    }
}
