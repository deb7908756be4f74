package dev.lamina.wire;

import dev.lamina.wire.proto.Ack;
import dev.lamina.wire.proto.Chunk;
import dev.lamina.wire.proto.Frame;
import dev.lamina.wire.proto.Start;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// One side's end of a session: what it has sent and is not sure of, and what it has received so
/// far. It outlives connections and does no I/O: frames are taken from [#next()] while a connection
/// can carry them, and given to [#accept(Frame)] as they come. Every message arrives once, whole
/// and in order, or the session is over. Safe for several threads.
final class Session {
    /// Bytes of payload in a frame.
    static final int CHUNK = 512 << 10;

    /// Messages that may wait for the peer. The protocol is question and answer: more is a fault.
    static final int MOST_WAITING = 16;

    private final Deque<Outgoing> waiting = new ArrayDeque<>();
    private long sent;
    private @Nullable Outgoing current;
    private long offset;
    private boolean started;

    private long limit;
    private long received;
    private @Nullable Incoming partial;
    private boolean acknowledge;

    /// A new session.
    ///
    /// @param limit greatest number of bytes of the payloads of a message that comes in
    Session(long limit) {
        this.limit = limit;
    }

    synchronized void limit(long bytes) {
        limit = bytes;
    }

    /// Puts a message in line.
    ///
    /// @throws ProtocolException if too many wait already
    synchronized void send(Packet packet) {
        if (waiting.size() >= MOST_WAITING) {
            throw new ProtocolException("the peer leaves " + MOST_WAITING + " messages waiting");
        }
        Outgoing message = new Outgoing(++sent, packet);
        waiting.add(message);
        if (current == null) {
            turnTo(message, 0);
        }
    }

    private void turnTo(@Nullable Outgoing message, long from) {
        current = message;
        offset = from;
        started = false;
    }

    /// The next frame for the connection; null if there is nothing to say.
    synchronized @Nullable Frame next() {
        if (acknowledge) {
            acknowledge = false;
            return Frame.newBuilder().setAck(Ack.newBuilder().setNumber(received)).build();
        }
        Outgoing message = current;
        if (message == null) {
            return null;
        }
        Frame frame;
        if (started) {
            frame = message.chunk(offset, CHUNK);
            offset += frame.getChunk().getData().size();
        } else {
            frame = message.start();
            started = true;
        }
        if (offset == message.total()) {
            turnTo(after(message.number()), 0);
        }
        return frame;
    }

    private @Nullable Outgoing after(long number) {
        for (Outgoing message : waiting) {
            if (message.number() > number) {
                return message;
            }
        }
        return null;
    }

    /// A new connection: the peer tells what it holds, and sending goes on from there.
    ///
    /// @param peerReceived number of the last message it has whole
    /// @param peerPartial bytes that it holds of the next
    synchronized void resume(long peerReceived, long peerPartial) {
        acknowledge(peerReceived);
        Outgoing next = after(peerReceived);
        ProtocolException.check(
                peerPartial >= 0 && (next == null ? peerPartial == 0 : peerPartial <= next.total()),
                "a peer that holds " + peerPartial + " bytes of message " + (peerReceived + 1));
        turnTo(next, peerPartial);
        acknowledge = false;
    }

    private void acknowledge(long number) {
        ProtocolException.check(
                number >= 0 && number <= sent, "acknowledgement of " + number + " of " + sent);
        for (Iterator<Outgoing> it = waiting.iterator(); it.hasNext(); ) {
            if (it.next().number() > number) {
                break;
            }
            it.remove();
        }
    }

    /// Whether the peer has all that was sent.
    synchronized boolean settled() {
        return waiting.isEmpty();
    }

    /// Number of the last message that came whole.
    synchronized long received() {
        return received;
    }

    /// Bytes held of the message after it.
    synchronized long partial() {
        Incoming held = partial;
        return held == null ? 0 : held.filled();
    }

    /// Takes a frame.
    ///
    /// @return the message that it completes; null if none
    /// @throws ProtocolException if it does not belong here
    synchronized @Nullable Packet accept(Frame frame) {
        return switch (frame.getKindCase()) {
            case START -> start(frame.getStart());
            case CHUNK -> chunk(frame.getChunk());
            case ACK -> {
                acknowledge(frame.getAck().getNumber());
                yield null;
            }
            case OPEN, OPENED, KIND_NOT_SET ->
                    throw new ProtocolException("frame " + frame.getKindCase() + " in a session");
        };
    }

    private @Nullable Packet start(Start start) {
        if (isRepeated(start.getNumber())) {
            return null;
        }
        Incoming held = partial;
        if (held == null) {
            held = new Incoming(start.getNumber(), start.getMessage(), limit);
            partial = held;
        } else {
            ProtocolException.check(
                    held.announces(start.getMessage()),
                    "message " + start.getNumber() + " goes on as another one");
        }
        return finish(held);
    }

    private @Nullable Packet chunk(Chunk chunk) {
        if (isRepeated(chunk.getNumber())) {
            return null;
        }
        Incoming held = partial;
        if (held == null) {
            throw new ProtocolException("chunk of message " + chunk.getNumber() + " without start");
        }
        held.take(chunk.getOffset(), chunk.getData());
        return finish(held);
    }

    private boolean isRepeated(long number) {
        ProtocolException.check(
                number >= 1 && number <= received + 1,
                "message " + number + " after message " + received);
        if (number <= received) {
            acknowledge = true;
            return true;
        }
        return false;
    }

    private @Nullable Packet finish(Incoming held) {
        if (!held.complete()) {
            return null;
        }
        partial = null;
        Packet packet = held.packet();
        received = held.number();
        acknowledge = true;
        return packet;
    }
}
