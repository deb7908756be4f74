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

    long uplinkBytes() {
        return uplinkBytes;
    }

    long downlinkBytes() {
        return downlinkBytes;
    }
}
