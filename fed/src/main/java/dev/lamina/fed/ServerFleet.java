package dev.lamina.fed;

import dev.lamina.air.EdgeServer;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.wire.BlobShelf;
import dev.lamina.wire.Offence;
import dev.lamina.wire.Packet;
import dev.lamina.wire.Peer;
import dev.lamina.wire.ProtocolException;
import dev.lamina.wire.WireServer;
import dev.lamina.wire.proto.Join;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The servers of a federation as they come, train and go: answers their messages. When a round
/// starts and ends, [RemoteServers] decides; it holds this object's lock while it looks.
final class ServerFleet implements WireServer.Handler {
    private final int count;
    private final FederationSettings settings;
    private final TensorSet shared;
    private final Map<String, FloatTensor> kept;
    private final FederationListener listener;
    private final Lobby lobby;
    private final List<Seat> seats = new ArrayList<>(); // none until all have joined
    private Roster roster;
    private @Nullable WireServer wire;

    private int round;
    private SequencedMap<String, EncodedTensor> global = new LinkedHashMap<>();
    private boolean open;
    private boolean over;

    /// @param initial parameters of the model
    ServerFleet(
            int count,
            FederationSettings settings,
            Map<String, FloatTensor> initial,
            FederationListener listener,
            Roster roster) {
        this.count = count;
        lobby = new Lobby(count);
        this.settings = settings;
        this.listener = listener;
        shared = new TensorSet(settings.layers().shared(initial));
        kept = settings.layers().kept(initial);
        this.roster = roster;
        seat();
    }

    private void seat() {
        for (Roster.Entry entry : roster.servers()) {
            seats.add(new Seat(seats.size(), entry.name()));
        }
    }

    /// Starts to listen.
    synchronized void listen(FederationNetwork network) {
        try {
            WireServer.Config config =
                    new WireServer.Config(
                            network.listen(), network.identity(), network.heartbeatSeconds());
            wire = new WireServer(config, new BlobShelf(), this);
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new BadInputException(
                    "cannot listen on " + network.listen() + ": " + cause.getMessage(),
                    "another process listens there; take another port");
        }
        listener.listening(wire().port());
    }

    private WireServer wire() {
        WireServer w = wire;
        if (w == null) {
            throw new IllegalStateException("not listening yet");
        }
        return w;
    }

    synchronized Roster roster() {
        return roster;
    }

    /// All places, in order; none until all servers have joined.
    synchronized List<Seat> seats() {
        return List.copyOf(seats);
    }

    /// Gives numbers to those in the lobby if all are there.
    synchronized void seatLobby() {
        if (!seats.isEmpty() || !lobby.isFull()) {
            return;
        }
        roster = new Roster(roster.run(), List.copyOf(lobby.entries()));
        seat();
        for (Seat seat : seats) {
            Peer peer = lobby.peer(seat.name);
            if (peer != null) {
                seat.take(peer);
                assign(seat, peer);
            }
        }
        lobby.clear();
    }

    // ---- a round ----

    /// Begins a round.
    ///
    /// @param parameters that all begin with
    /// @param present whose turn it is
    synchronized void start(
            int number, SequencedMap<String, FloatTensor> parameters, List<Seat> present) {
        round = number;
        global = TensorSet.encode(settings.layers().shared(parameters));
        open = true;
        listener.roundStarted(round + 1, present.size());
        for (Seat seat : seats) {
            seat.begin(present.contains(seat) ? Seat.Work.TRAINING : Seat.Work.NONE);
            begin(seat);
        }
    }

    private void begin(Seat seat) {
        if (open && seat.work == Seat.Work.TRAINING) {
            int local = settings.federation().localEpochs();
            send(seat, FederationFormat.roundStart(round, seat.passes, local, global));
        }
    }

    /// Whose work is still to come.
    synchronized List<Seat> working() {
        return seats.stream().filter(seat -> seat.work == Seat.Work.TRAINING).toList();
    }

    /// Goes on without a server.
    synchronized void leaveOut(Seat seat, String why) {
        if (seat.work == Seat.Work.TRAINING) {
            seat.begin(Seat.Work.OUT);
            listener.leftOut(seat.name, round + 1, why);
            notifyAll();
        }
    }

    /// What has come in this round.
    synchronized SortedMap<Integer, EdgeServer.Update> updates() {
        SortedMap<Integer, EdgeServer.Update> updates = new TreeMap<>();
        for (Seat seat : seats) {
            if (seat.update != null) {
                updates.put(seat.index, seat.update);
            }
        }
        return updates;
    }

    /// Makes servers' work of the round count.
    synchronized void count(Set<Integer> servers, int passes) {
        servers.forEach(server -> seats.get(server).passes += passes);
    }

    /// Nothing that belongs to the round is taken any more.
    synchronized void closeRound() {
        open = false;
    }

    /// Gives all what came of the federation.
    synchronized void finish(Map<String, FloatTensor> parameters) {
        over = true;
        SequencedMap<String, EncodedTensor> last =
                TensorSet.encode(settings.layers().shared(parameters));
        for (Seat seat : seats) {
            if (seat.here()) {
                send(seat, FederationFormat.finished(last));
            }
        }
    }

    /// Waits for something to happen, for so long at most; callers look again in a loop.
    @SuppressWarnings("WaitNotInLoop")
    synchronized void awaitMillis(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// Looks again whether those who are connected may be.
    void recheck() {
        wire().recheck();
    }

    void close() {
        WireServer w;
        synchronized (this) {
            over = true;
            w = wire;
        }
        if (w != null) {
            w.close();
        }
    }

    // ---- who is there ----

    /// The seat whose session this is; null for a session that is over, or of somebody else.
    private @Nullable Seat of(Peer peer) {
        Seat seat = of(peer.name());
        return seat != null && peer.equals(seat.peer) ? seat : null;
    }

    private @Nullable Seat of(String name) {
        return seats.stream().filter(seat -> seat.name.equals(name)).findFirst().orElse(null);
    }

    private void send(Seat seat, Packet packet) {
        Peer peer = seat.peer;
        if (peer == null) {
            return;
        }
        try {
            peer.send(packet);
        } catch (ProtocolException e) {
            wire().end(peer);
        }
    }

    @Override
    public synchronized void opened(Peer peer) {
        Seat seat = of(peer.name());
        if (seat != null) {
            seat.take(peer);
        }
        lobby.remove(peer.name()); // an earlier session of that name is over
        notifyAll();
    }

    @Override
    public synchronized void disconnected(Peer peer) {
        Seat seat = of(peer);
        if (seat != null) {
            seat.missing();
            if (!over) {
                listener.left(seat.name, round + 1);
            }
        }
        lobby.remove(peer);
        notifyAll();
    }

    @Override
    public synchronized void reconnected(Peer peer) {
        Seat seat = of(peer);
        if (seat != null && seat.here()) {
            listener.joined(seat.name, round + 1);
        } else if (seat == null) {
            wire().end(peer); // it has left the lobby with its connection: it has to join again
        }
        notifyAll();
    }

    @Override
    public synchronized void refused(String who, Offence offence, String reason) {
        listener.refused(who, offence, reason);
    }

    @Override
    public void received(Peer peer, Packet packet) {
        try {
            switch (packet.message().getBodyCase()) {
                case JOIN -> join(peer, packet.message().getJoin());
                case READY -> ready(peer);
                case ADAPTER_UPDATE -> update(peer, packet);
                case ASSIGNMENT,
                        ROUND_START,
                        ACTIVATION,
                        GRADIENT,
                        FINISHED,
                        REFUSAL,
                        ECHO,
                        REPRESENTATION,
                        REPRESENTATION_GRADIENT,
                        FEDERATION_ASSIGNMENT,
                        BODY_NOT_SET ->
                        throw new ProtocolException(
                                "a message " + packet.message().getBodyCase() + " to a federation");
            }
        } catch (ProtocolException e) {
            refuse(peer, String.valueOf(e.getMessage()));
        }
    }

    /// Tells the sender, and goes on without it.
    private synchronized void refuse(Peer peer, String reason) {
        listener.refused(peer.name(), Offence.CONTENT, reason);
        Seat seat = of(peer);
        if (seat != null) {
            leaveOut(seat, "refused: " + reason);
            seat.turnAway();
        }
        lobby.remove(peer);
        notifyAll();
        try {
            peer.send(FederationFormat.refusal(reason));
        } catch (ProtocolException e) {
            wire().end(peer);
        }
    }

    private synchronized void join(Peer peer, Join join) {
        int tracks = FederationFormat.tracks(join);
        Seat seat = of(peer.name());
        if (seat != null) {
            int before = roster.servers().get(seat.index).tracks();
            ProtocolException.check(
                    tracks == before,
                    tracks + " tracks on " + peer.name() + ", which had " + before + " at first");
            seat.take(peer);
            assign(seat, peer);
            return;
        }
        ProtocolException.check(
                seats.isEmpty(), "the federation has its " + count + " servers already");
        lobby.add(peer, tracks);
        notifyAll();
    }

    private void assign(Seat seat, Peer peer) {
        peer.limit(shared.bytes());
        Assignment assignment =
                new Assignment(
                        roster.run(),
                        seat.index,
                        count,
                        roster.tracksBefore(seat.index),
                        roster.tracks(),
                        settings);
        send(seat, FederationFormat.assignment(assignment, kept));
    }

    private synchronized void ready(Peer peer) {
        Seat seat = of(peer);
        if (seat == null || !seat.preparing()) {
            throw new ProtocolException("ready without an assignment");
        }
        seat.ready();
        listener.joined(seat.name, round + 1);
        begin(seat);
        notifyAll();
    }

    private void update(Peer peer, Packet packet) {
        int number = packet.message().getAdapterUpdate().getRound();
        if (training(peer, number) == null) {
            return; // too late: the server goes back when its next round starts
        }
        EdgeServer.Update update =
                FederationFormat.update(packet, shared, settings.federation().globalLoss());
        synchronized (this) {
            Seat seat = training(peer, number);
            if (seat == null) {
                return;
            }
            ProtocolException.check(
                    seat.examples == 0 || seat.examples == update.examples(),
                    update.examples() + " examples, which were " + seat.examples + " before");
            seat.examples = update.examples();
            seat.update = update;
            seat.work = Seat.Work.REPORTED;
            notifyAll();
        }
    }

    private synchronized @Nullable Seat training(Peer peer, int number) {
        Seat seat = of(peer);
        boolean current = open && number == round;
        return current && seat != null && seat.work == Seat.Work.TRAINING ? seat : null;
    }
}
