package dev.lamina.train;

import dev.lamina.wire.BlobShelf;
import dev.lamina.wire.Offence;
import dev.lamina.wire.Packet;
import dev.lamina.wire.Peer;
import dev.lamina.wire.ProtocolException;
import dev.lamina.wire.WireServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The devices of a run over a network, as they come, work and go. It answers their messages and
/// keeps the rules of a round; when a round starts and ends, [FinetuneServer] decides.
///
/// For each device a round is a transaction: it reports and its work counts, or everything that it
/// did since the round's start is taken back, here and on the device. So a device that dies, is too
/// slow or sends nonsense costs nobody else anything, and what a checkpoint holds is always the
/// state between two rounds.
final class Fleet implements WireServer.Handler, AutoCloseable {
    /// Of one device, over the whole run: far more than anybody can train, and small enough to
    /// count with.
    private static final double MOST_SAMPLES = 1e9;

    private final FinetuneSpec spec;
    private final TaskModel model;
    private final Server server;
    private final Lanes lanes;
    private final SimulatedTime time;
    private final NetworkListener listener;
    private final Assignments assignments;
    private final Seats seats;
    private final Lobby lobby = new Lobby();
    private final StepQueue queue;
    private final @Nullable WireServer wire;

    private @Nullable List<Integer> planned;
    private int round;
    private @Nullable StepPlan plan;
    private boolean open;
    private boolean finished;
    private long uplinkBytes;
    private long downlinkBytes;

    /// What both sides must agree on.
    interface Assignments {
        /// For a device.
        ///
        /// @param admission what is taken from it
        Assignment assign(int device, Admission admission);
    }

    /// Starts to listen.
    Fleet(
            FinetuneSpec spec,
            TaskModel model,
            Server server,
            Lanes lanes,
            SimulatedTime time,
            NetworkConfig config,
            BlobShelf shelf,
            NetworkListener listener,
            Assignments assignments,
            Checkpoint.@Nullable Fleet stored)
            throws IOException {
        this.spec = spec;
        this.model = model;
        this.server = server;
        this.lanes = lanes;
        this.time = time;
        this.listener = listener;
        this.assignments = assignments;
        this.queue = new StepQueue(spec.order());
        seats = new Seats(spec.devices());
        if (stored != null) {
            restore(stored);
        }
        synchronized (this) { // nobody is answered before all is in place
            wire =
                    new WireServer(
                            new WireServer.Config(
                                    config.listen(), config.identity(), config.heartbeatSeconds()),
                            shelf,
                            this);
        }
    }

    private void restore(Checkpoint.Fleet stored) {
        planned = stored.planned();
        seats.restore(stored);
        plan = StepPlan.of(spec, stored.planned());
        for (Seat seat : seats) {
            if (seat.taken()) {
                admit(seat);
            }
        }
    }

    int port() {
        return wire().port();
    }

    private WireServer wire() {
        WireServer w = wire;
        if (w == null) {
            throw new IllegalStateException("not listening yet");
        }
        return w;
    }

    /// Most payload that any device may send in one message.
    long limitBytes() {
        long most = 0;
        for (Seat seat : seats) {
            most = Math.max(most, admission(seat, spec.batch(), TrainingRule.of(spec, 1)).limit());
        }
        return most;
    }

    // ---- who is there ----

    @Override
    public synchronized void opened(Peer peer) {
        Seat seat = seats.of(peer.name());
        if (seat != null) {
            seat.count(listener);
            seat.take(peer);
            if (seat.work == Seat.Work.TRAINING) {
                seat.work = Seat.Work.INTERRUPTED;
                drop(seat);
            }
        }
        lobby.remove(peer.name());
        notifyAll();
    }

    @Override
    public synchronized void disconnected(Peer peer) {
        Seat seat = seats.of(peer);
        if (seat != null) {
            seat.missingSince = System.nanoTime();
            seat.count(listener);
            if (!finished) {
                listener.left(peer.name(), round + 1);
            }
        }
        lobby.remove(peer);
        notifyAll();
    }

    @Override
    public synchronized void reconnected(Peer peer) {
        Seat seat = seats.of(peer);
        if (seat != null && seat.presence == Seat.Presence.READY) {
            listener.joined(peer.name(), round + 1);
        } else if (seat == null && seats.of(peer.name()) == null) {
            // It had joined the lobby and left it with its connection; it has to join again.
            wire().end(peer);
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
            Message message = WireFormat.fromPacket(packet);
            switch (message) {
                case Message.Join join -> join(peer, join);
                case Message.Ready ready -> ready(peer);
                case Message.Activation activation -> activation(peer, activation);
                case Message.RepresentationGradient answer -> answer(peer, answer);
                case Message.AdapterUpdate update -> update(peer, update);
                case Message.Assigned m -> wrongWay(m);
                case Message.RoundStart m -> wrongWay(m);
                case Message.Representation m -> wrongWay(m);
                case Message.Gradient m -> wrongWay(m);
                case Message.Finished m -> wrongWay(m);
                case Message.Refusal m -> wrongWay(m);
            }
        } catch (ProtocolException e) {
            refuse(peer, String.valueOf(e.getMessage()));
        }
    }

    private static void wrongWay(Message message) {
        throw new ProtocolException(
                "a " + message.getClass().getSimpleName() + ", which only the server sends");
    }

    /// Tells the sender, and goes on without it.
    private synchronized void refuse(Peer peer, String reason) {
        listener.refused(peer.name(), Offence.CONTENT, reason);
        Seat seat = seats.of(peer);
        if (seat != null) {
            seat.presence = Seat.Presence.ABSENT;
            leaveOut(seat, "refused: " + reason);
        }
        try {
            peer.send(WireFormat.toPacket(new Message.Refusal(reason)));
        } catch (ProtocolException e) {
            wire().end(peer);
        }
    }

    // ---- joining ----

    private synchronized void join(Peer peer, Message.Join join) {
        if (join.samples() * spec.epochs() > MOST_SAMPLES) {
            throw new ProtocolException(
                    "%d samples on %s, gone through %s times"
                            .formatted(join.samples(), peer.name(), spec.epochs()));
        }
        Seat seat = seats.of(peer.name());
        if (seat == null && plan == null) {
            if (lobby.size() >= seats.size()) {
                throw new ProtocolException(
                        "the run has its %d devices already".formatted(seats.size()));
            }
            lobby.add(peer, join.samples());
            notifyAll();
            return;
        }
        if (seat == null) {
            seat = seats.free(peer.name());
            if (seat == null) {
                throw new ProtocolException(
                        "the run has its %d devices already".formatted(seats.size()));
            }
            seat.name = peer.name();
            seat.samples = join.samples();
            seat.take(peer);
            admit(seat);
        }
        if (!peer.equals(seat.peer)) {
            return; // a session that is over
        }
        if (seat.samples != join.samples()) {
            throw new ProtocolException(
                    "%d samples on %s, which had %d when the run began"
                            .formatted(join.samples(), peer.name(), seat.samples));
        }
        assign(seat, peer);
    }

    private void admit(Seat seat) {
        StepPlan p = plan;
        if (p == null) {
            throw new IllegalStateException("no plan");
        }
        TrainingRule rule = TrainingRule.of(spec, p.steps(seat.index));
        seat.admission = admission(seat, p.batch(seat.index), rule);
        server.admit(seat.index, model.parts(seat.index).middle(), rule);
    }

    private Admission admission(Seat seat, int batch, TrainingRule rule) {
        return Admission.of(spec, model, seat.index, batch, rule);
    }

    private void assign(Seat seat, Peer peer) {
        seat.presence = Seat.Presence.JOINING;
        Admission admission = seat.admission;
        if (admission == null) {
            throw new IllegalStateException("seat " + seat.index + " is empty");
        }
        peer.limit(admission.limit());
        send(seat, new Message.Assigned(assignments.assign(seat.index, admission)));
        notifyAll();
    }

    /// Gives the seats to those in the lobby.
    ///
    /// @return the plan of the run
    synchronized StepPlan seatLobby() {
        List<Integer> samples = lobby.leaveFor(seats);
        StepPlan made = StepPlan.of(spec, samples);
        planned = samples;
        plan = made;
        for (Seat seat : seats) {
            Peer peer = seat.peer;
            if (seat.taken() && peer != null) {
                admit(seat);
                assign(seat, peer);
            }
        }
        return made;
    }

    private synchronized void ready(Peer peer) {
        Seat seat = seats.of(peer);
        if (seat == null || seat.presence != Seat.Presence.JOINING) {
            throw new ProtocolException("ready without an assignment");
        }
        seat.presence = Seat.Presence.READY;
        listener.joined(peer.name(), round + 1);
        if (open && seat.work == Seat.Work.INTERRUPTED) {
            begin(seat);
        }
        notifyAll();
    }

    private void send(Seat seat, Message message) {
        Peer peer = seat.peer;
        if (peer == null) {
            return;
        }
        try {
            downlinkBytes += message.bytes();
            peer.send(WireFormat.toPacket(message));
        } catch (ProtocolException e) {
            wire().end(peer);
        }
    }

    // ---- a round ----

    /// Begins a round with all who are here.
    ///
    /// @return who takes part: all at once, or one after another
    synchronized List<List<Seat>> startRound(int number) {
        round = number;
        List<Seat> here = new ArrayList<>();
        for (Seat seat : seats) {
            seat.work = Seat.Work.NONE;
            if (seat.here() && plan().stepsIn(seat.index, round) > 0) {
                here.add(seat);
            }
        }
        listener.roundStarted(round + 1, here.size());
        return spec.scheme().inTurn() ? here.stream().map(List::of).toList() : List.of(here);
    }

    /// Begins the turn of some of those who take part.
    synchronized void startTurn(List<Seat> turn) {
        open = true;
        for (Seat seat : turn) {
            seat.work = Seat.Work.INTERRUPTED;
            if (seat.here()) {
                begin(seat);
            }
        }
    }

    private StepPlan plan() {
        StepPlan p = plan;
        if (p == null) {
            throw new IllegalStateException("no plan");
        }
        return p;
    }

    private void begin(Seat seat) {
        Admission admission = seat.admission;
        if (admission == null) {
            throw new IllegalStateException("seat " + seat.index + " is empty");
        }
        int steps = plan().stepsIn(seat.index, round);
        seat.begin(steps);
        server.keep(seat.index);
        send(
                seat,
                server.begin(seat.index, round, seat.committed, steps, admission.own().keySet()));
    }

    private void activation(Peer peer, Message.Activation activation) {
        MicroBatch at = activation.at();
        Admission admission;
        Seat seat;
        synchronized (this) {
            seat = seats.of(peer);
            if (seat == null || !isCurrent(seat, at.round())) {
                return;
            }
            Message.Gradient last = seat.lastAnswer;
            if (last != null && at.equals(last.at())) {
                send(seat, last);
                return;
            }
            if (at.step() == seat.next && at.part() < seat.part) {
                return; // the same one again: it is being worked on
            }
            if (at.step() != seat.next || at.part() != seat.part || seat.next >= seat.target) {
                throw new ProtocolException(
                        "activation of step %d, part %d instead of %d, part %d"
                                .formatted(at.step(), at.part(), seat.next, seat.part));
            }
            admission = seat.admission;
        }
        if (admission == null || !spec.scheme().cut()) {
            throw new ProtocolException("an activation under scheme " + spec.scheme());
        }
        admission.check(activation);
        BatchShape shape =
                new BatchShape(
                        at.rows(),
                        activation.lengths().stream().mapToInt(Integer::intValue).max().orElse(1));
        synchronized (this) {
            if (!isCurrent(seat, at.round()) || seat.next != at.step() || seat.part != at.part()) {
                return;
            }
            if (seat.lastAnswer != null && at.part() == 0) {
                listener.roundTrip(peer.name(), (System.nanoTime() - seat.answeredAt) / 1e9);
            }
            seat.arrived(at, shape);
            enqueue(seat, activation, at, shape);
        }
        lanes.submit(this::serve);
    }

    private void answer(Peer peer, Message.RepresentationGradient answer) {
        Seat seat;
        Message.Activation activation;
        Admission admission;
        synchronized (this) {
            seat = seats.of(peer);
            if (seat == null || !isCurrent(seat, answer.at().round())) {
                return;
            }
            activation = seat.represented.peek();
            if (activation == null || !activation.at().equals(answer.at())) {
                throw new ProtocolException("an answer to no representation: " + answer.at());
            }
            admission = seat.admission;
        }
        if (admission == null) {
            return;
        }
        admission.check(answer, activation);
        synchronized (this) {
            Message.Activation oldest = seat.represented.peek();
            if (!isCurrent(seat, answer.at().round())
                    || oldest == null
                    || !oldest.at().equals(answer.at())) {
                return;
            }
            seat.represented.remove();
            long[] shape = activation.hidden().shape();
            enqueue(
                    seat,
                    answer,
                    answer.at(),
                    new BatchShape(Math.toIntExact(shape[0]), Math.toIntExact(shape[1])));
        }
        lanes.submit(this::serve);
    }

    private void enqueue(Seat seat, Message message, MicroBatch at, BatchShape shape) {
        uplinkBytes += message.bytes();
        queue.add(seat, message, at, time.step().estimate(seat.index, shape));
        listener.queued(queue.size());
    }

    private boolean isCurrent(Seat seat, int number) {
        return open && seat.work == Seat.Work.TRAINING && number == round;
    }

    /// Serves all that can be served now, on a lane.
    private void serve() {
        while (true) {
            StepQueue.Arrival arrival;
            synchronized (this) {
                arrival = queue.poll(seats.which(Seat::hasStepsLeft));
                if (arrival == null) {
                    return;
                }
                arrival.seat().computing = true;
                listener.queued(queue.size());
            }
            serve(arrival);
        }
    }

    private void serve(StepQueue.Arrival arrival) {
        Seat seat = arrival.seat();
        double waited = arrival.waitedSeconds();
        long began = System.nanoTime();
        MicroBatch at = arrival.at();
        Message answer = null;
        String failure = "";
        try {
            answer = step(seat, arrival.message());
            if (answer instanceof Message.Gradient gradient && !Double.isFinite(gradient.loss())) {
                failure = "activation of step " + at.step() + " with a loss of " + gradient.loss();
            }
        } catch (RuntimeException e) {
            failure = "step " + at.step() + ": " + e.getMessage();
        }
        synchronized (this) {
            seat.computing = false;
            notifyAll();
            if (!isCurrent(seat, at.round())) {
                return;
            }
            if (answer == null || !failure.isEmpty()) {
                Peer peer = seat.peer;
                if (peer != null) {
                    refuse(peer, failure);
                }
                return;
            }
            if (arrival.message() instanceof Message.Activation activation
                    && answer instanceof Message.Representation) {
                seat.represented.add(activation);
            }
            if (answer instanceof Message.Gradient gradient) {
                seat.answer(gradient);
            }
            send(seat, answer);
            seat.count(listener);
            listener.served(String.valueOf(seat.name), waited, (System.nanoTime() - began) / 1e9);
            if (answer instanceof Message.Gradient gradient && at.isLast()) {
                listener.stepped(doneSteps(), gradient.loss());
            }
        }
    }

    private Message step(Seat seat, Message message) {
        return switch (message) {
            case Message.Activation activation -> server.step(seat.index, activation);
            case Message.RepresentationGradient answer -> server.step(seat.index, answer);
            case Message other -> throw new IllegalStateException(other.getClass().getSimpleName());
        };
    }

    private void update(Peer peer, Message.AdapterUpdate update) {
        Admission admission;
        Seat seat;
        long most;
        synchronized (this) {
            seat = seats.of(peer);
            if (seat == null || !isCurrent(seat, update.round())) {
                return;
            }
            if (spec.scheme().cut()) {
                if (seat.next != seat.target || update.samples() != seat.roundSamples) {
                    throw new ProtocolException(
                            "an update of %d samples after step %d of %d, with %d samples"
                                    .formatted(
                                            update.samples(),
                                            seat.next,
                                            seat.target,
                                            seat.roundSamples));
                }
            }
            most = (long) (seat.target - seat.committed) * plan().batch(seat.index);
            admission = seat.admission;
        }
        if (admission == null) {
            return;
        }
        admission.check(update, most);
        synchronized (this) {
            if (!isCurrent(seat, update.round())) {
                return;
            }
            if (!server.isFinite(seat.index)) {
                throw new ProtocolException("an update to an adapter that has diverged");
            }
            uplinkBytes += update.bytes();
            seat.next = seat.target;
            seat.update = update;
            seat.work = Seat.Work.REPORTED;
            seat.count(listener);
            listener.stepped(doneSteps(), update.loss() / update.samples());
            notifyAll();
        }
    }

    /// Whose work is still to come.
    synchronized List<Seat> unfinished() {
        return seats.which(
                seat -> seat.work == Seat.Work.TRAINING || seat.work == Seat.Work.INTERRUPTED);
    }

    /// Who has reported.
    synchronized List<Seat> reported() {
        return seats.which(seat -> seat.work == Seat.Work.REPORTED);
    }

    /// Takes back what a device has done in this round.
    synchronized void leaveOut(Seat seat, String why) {
        if (seat.work == Seat.Work.NONE || seat.work == Seat.Work.OUT) {
            return;
        }
        seat.work = Seat.Work.OUT;
        drop(seat);
        listener.leftOut(String.valueOf(seat.name), round + 1, why);
        notifyAll();
        lanes.submit(this::serve); // an order may have waited for it
    }

    /// Takes a device's work of this round back here, once no lane works on it any more.
    private void drop(Seat seat) {
        queue.removeAll(arrival -> arrival.seat().equals(seat));
        while (seat.computing) {
            awaitMillis(50);
        }
        seat.update = null;
        seat.lastAnswer = null;
        seat.next = seat.committed;
        seat.restartStep();
        server.rollBack(seat.index);
    }

    /// Ends the round: nothing that belongs to it is taken any more.
    synchronized void closeRound() {
        open = false;
    }

    /// The round does not count for anybody.
    synchronized void voidRound() {
        open = false;
        for (Seat seat : seats) {
            leaveOut(seat, "the round does not count");
        }
    }

    /// Makes the work of those in a turn who have reported count.
    synchronized SortedMap<Integer, Message.AdapterUpdate> commit(List<Seat> turn) {
        SortedMap<Integer, Message.AdapterUpdate> updates = new TreeMap<>();
        for (Seat seat : turn) {
            Message.AdapterUpdate update = seat.update;
            if (seat.work == Seat.Work.REPORTED && update != null) {
                updates.put(seat.index, update);
                seat.committed = seat.target;
            }
        }
        return updates;
    }

    /// Adds the time that the round would have taken those whose work counts.
    synchronized void simulate() {
        SortedMap<Integer, List<List<BatchShape>>> steps = new TreeMap<>();
        for (Seat seat : reported()) {
            steps.put(seat.index, List.copyOf(seat.shapes));
        }
        listener.simulated(round + 1, time.round(round, steps));
    }

    // ---- what the run asks ----

    /// Whether all the devices that the run waits for are ready: enough of them, and of the others
    /// none that may still come back.
    ///
    /// @param min how many are enough
    /// @param rejoinSeconds that one which is gone is waited for
    synchronized boolean canStart(int min, double rejoinSeconds, double joinSeconds) {
        int here = 0;
        for (Seat seat : seats) {
            if (seat.here()) {
                here++;
            } else if (seat.taken()) {
                boolean arriving = seat.presence == Seat.Presence.JOINING && seat.connected();
                if (seat.missingSeconds() < (arriving ? joinSeconds : rejoinSeconds)) {
                    return false;
                }
            }
        }
        return here >= min;
    }

    /// Devices that can take part now.
    synchronized int here() {
        int here = lobby.size();
        for (Seat seat : seats) {
            here += seat.here() ? 1 : 0;
        }
        return here;
    }

    synchronized int inLobby() {
        return lobby.size();
    }

    int places() {
        return seats.size();
    }

    synchronized @Nullable StepPlan planIfMade() {
        return plan;
    }

    /// Steps of all devices so far, those of the round under way included.
    synchronized int doneSteps() {
        return seats.doneSteps();
    }

    /// Steps in rounds that count, by device.
    synchronized List<Integer> committedSteps() {
        return seats.each(seat -> seat.committed);
    }

    /// Tokens of each device's longest batch.
    synchronized List<Integer> longest() {
        return seats.each(seat -> seat.longest);
    }

    synchronized long trainSamples() {
        return seats.each(seat -> seat.samples).stream().mapToLong(Long::longValue).sum();
    }

    synchronized long uplinkBytes() {
        return uplinkBytes;
    }

    synchronized long downlinkBytes() {
        return downlinkBytes;
    }

    /// Who takes part, for a checkpoint.
    synchronized Checkpoint.Fleet stored(String run) {
        List<Integer> samples = planned;
        return new Checkpoint.Fleet(
                run, seats.members(), samples == null ? List.of() : samples, longest());
    }

    /// Indices of the seats that are taken.
    synchronized List<Integer> taken() {
        return seats.which(Seat::taken).stream().map(seat -> seat.index).toList();
    }

    /// Tells all that the run is over.
    synchronized void finish(double accuracy) {
        finished = true;
        for (Seat seat : seats) {
            if (seat.peer != null && seat.presence != Seat.Presence.ABSENT) {
                send(seat, new Message.Finished(accuracy));
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

    @Override
    public void close() {
        wire().close();
    }
}
