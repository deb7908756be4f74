package dev.lamina.train;

import java.util.ArrayDeque;
import java.util.Queue;

/// A link within one process. Messages wait in memory, each side's bytes are counted.
final class LocalLink implements Link {
    private final Queue<Message> up = new ArrayDeque<>();
    private final Queue<Message> down = new ArrayDeque<>();
    private long uplinkBytes;
    private long downlinkBytes;

    @Override
    public void up(Message message) {
        uplinkBytes += message.bytes();
        up.add(message);
    }

    @Override
    public Message down() {
        return down.remove();
    }

    /// The server's end: the next message from the device.
    Message receive() {
        return up.remove();
    }

    /// The server's end: sends to the device.
    void send(Message message) {
        downlinkBytes += message.bytes();
        down.add(message);
    }

    /// The server's end: whether the device waits for it.
    boolean hasUp() {
        return !up.isEmpty();
    }

    /// The device's end: whether there is something to take.
    boolean hasDown() {
        return !down.isEmpty();
    }

    /// The server's end: answers all that the device has sent.
    void serve(Server server, int device) {
        while (hasUp()) {
            switch (receive()) {
                case Message.Activation activation -> send(server.step(device, activation));
                case Message.RepresentationGradient answer -> send(server.step(device, answer));
                case Message other ->
                        throw new IllegalStateException(
                                "the server does not expect a " + other.getClass().getSimpleName());
            }
        }
    }

    long uplinkBytes() {
        return uplinkBytes;
    }

    long downlinkBytes() {
        return downlinkBytes;
    }
}
