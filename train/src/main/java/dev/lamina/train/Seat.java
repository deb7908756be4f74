package dev.lamina.train;

import dev.lamina.wire.Peer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A place for a device in a run over a network, with all that the server knows of it. Guarded by
/// the fleet's lock.
final class Seat {
    /// How far a device has joined.
    enum Presence {
        ABSENT,
        JOINING,
        READY
    }

    /// What a device does in the round that is under way.
    enum Work {
        /// Nothing: it came after the start.
        NONE,
        /// It takes part, but lost its session and has to begin anew.
        INTERRUPTED,
        TRAINING,
        REPORTED,
        /// Its work in this round does not count.
        OUT
    }

    final int index;
    @Nullable String name;
    long samples;

    /// Steps in rounds that count.
    int committed;

    /// Tokens of the longest batch.
    int longest = 1;

    Presence presence = Presence.ABSENT;
    @Nullable Peer peer;
    long missingSince = System.nanoTime();
    private long countedIn;
    private long countedOut;

    Work work = Work.NONE;
    @Nullable Admission admission;
    int next;
    int target;
    boolean computing;

    /// The part of step `next` whose activation is to come.
    int part;

    /// Activations whose representation was sent, and is to be answered, oldest first.
    final ArrayDeque<Message.Activation> represented = new ArrayDeque<>();

    long roundSamples;
    Message.@Nullable Gradient lastAnswer;
    long answeredAt;
    Message.@Nullable AdapterUpdate update;

    /// Micro-batches of each step in this round.
    final List<List<BatchShape>> shapes = new ArrayList<>();

    Seat(int index) {
        this.index = index;
    }

    /// Whether somebody has this place.
    boolean taken() {
        return name != null;
    }

    /// Whether it can take part in a round that starts now.
    boolean here() {
        Peer p = peer;
        return presence == Presence.READY && p != null && p.connected();
    }

    /// Whether its device is on a line at this moment.
    boolean connected() {
        Peer p = peer;
        return p != null && p.connected();
    }

    /// Whether it trains and has not taken all its steps.
    boolean hasStepsLeft() {
        return work == Work.TRAINING && next < target;
    }

    /// Steps taken in this round.
    int stepsDone() {
        return next - committed;
    }

    double missingSeconds() {
        return (System.nanoTime() - missingSince) / 1e9;
    }

    /// Begins a round, or begins it anew.
    void begin(int steps) {
        work = Work.TRAINING;
        next = committed;
        target = committed + steps;
        restartStep();
        roundSamples = 0;
        lastAnswer = null;
        update = null;
        shapes.clear();
    }

    /// Nothing of step `next` is here.
    void restartStep() {
        part = 0;
        represented.clear();
    }

    /// An activation has come.
    void arrived(MicroBatch at, BatchShape shape) {
        if (at.part() == 0) {
            shapes.add(new ArrayList<>());
        }
        shapes.getLast().add(shape);
        longest = Math.max(longest, shape.tokens());
        part++;
    }

    /// A gradient goes out: the micro-batch is done, and perhaps its step.
    void answer(Message.Gradient gradient) {
        lastAnswer = gradient;
        answeredAt = System.nanoTime();
        roundSamples += gradient.at().rows();
        if (gradient.at().isLast()) {
            next++;
            restartStep();
        }
    }

    /// Tells of the bytes since the last call.
    void count(NetworkListener listener) {
        Peer p = peer;
        String device = name;
        if (p != null && device != null) {
            long in = p.bytesIn();
            long out = p.bytesOut();
            listener.transferred(device, in - countedIn, out - countedOut);
            countedIn = in;
            countedOut = out;
        }
    }

    /// A new session.
    void take(Peer newcomer) {
        peer = newcomer;
        presence = Presence.ABSENT;
        missingSince = System.nanoTime();
        countedIn = 0;
        countedOut = 0;
    }
}
