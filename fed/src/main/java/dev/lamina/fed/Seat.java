package dev.lamina.fed;

import dev.lamina.air.EdgeServer;
import dev.lamina.wire.Peer;
import org.jspecify.annotations.Nullable;

/// A server's place in a federation, with what who leads it knows of the server. Guarded by the
/// lock of [ServerFleet].
final class Seat {
    /// What a server does in the round that is under way.
    enum Work {
        /// Nothing: it is not its turn.
        NONE,
        TRAINING,
        REPORTED,
        /// What it does in this round does not count.
        OUT
    }

    final int index;
    final String name;

    /// Passes in rounds that count.
    int passes;

    /// That it has; 0 before its first update.
    int examples;

    @Nullable Peer peer;
    private boolean ready;
    private boolean expected = true;
    private long missingSince = System.nanoTime();

    Work work = Work.NONE;
    EdgeServer.@Nullable Update update;

    Seat(int index, String name) {
        this.index = index;
        this.name = name;
    }

    /// Whether it can train now.
    boolean here() {
        return ready && connected();
    }

    /// Whether its connection is there, and it prepares itself.
    boolean preparing() {
        return !ready && connected();
    }

    private boolean connected() {
        Peer p = peer;
        return p != null && p.connected();
    }

    /// How long it has not been able to train; for ever, if it was turned away.
    double missingSeconds() {
        return expected ? (System.nanoTime() - missingSince) / 1e9 : Double.POSITIVE_INFINITY;
    }

    /// A session: the server has to become ready.
    void take(Peer newcomer) {
        peer = newcomer;
        ready = false;
        expected = true;
        missing();
    }

    void ready() {
        ready = true;
    }

    /// Its connection is gone.
    void missing() {
        missingSince = System.nanoTime();
    }

    /// Nothing of its session is taken any more.
    void turnAway() {
        peer = null;
        ready = false;
        expected = false;
    }

    /// Begins a round, or stands by.
    void begin(Work now) {
        work = now;
        update = null;
    }
}
