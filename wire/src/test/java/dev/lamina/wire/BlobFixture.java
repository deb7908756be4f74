package dev.lamina.wire;

import dev.lamina.base.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Content and sources of it, for tests.
final class BlobFixture {
    private static final int PIECE = 1000;

    private BlobFixture() {}

    static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        RandomGenerator random = Seeds.stream(seed, "blob");
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return bytes;
    }

    static BlobId id(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        return BlobId.of(file);
    }

    /// Gives bytes in pieces; breaks off after some.
    static final class Given implements BlobCache.Source {
        private final byte[] content;
        private final long breaksAt;
        final List<Long> offsets = new ArrayList<>();

        Given(byte[] content, long breaksAt) {
            this.content = content;
            this.breaksAt = breaksAt;
        }

        Given(byte[] content) {
            this(content, Long.MAX_VALUE);
        }

        @Override
        public void read(String sha256, long offset, BlobCache.Sink sink) throws IOException {
            offsets.add(offset);
            for (int at = (int) offset; at < content.length; at += PIECE) {
                if (at >= breaksAt) {
                    throw new IOException("line broken");
                }
                sink.write(
                        ByteBuffer.wrap(content, at, Math.min(PIECE, content.length - at))
                                .asReadOnlyBuffer());
            }
        }
    }
}
