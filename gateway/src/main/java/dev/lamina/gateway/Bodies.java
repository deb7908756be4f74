package dev.lamina.gateway;

import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Reads bodies: each at most so large, in bounded time, and all that are held at once within a
/// budget of memory. What a body holds is given back when its request ends.
final class Bodies {
    /// What a tree of JSON takes in memory for each byte of it, roughly.
    private static final int JSON_FACTOR = 8;

    private static final int CHUNK = 64 << 10;

    /// Of a body that is too large, so much is read before the answer: two hours of sound.
    private static final long MOST_DISCARDED = 512L << 20;

    private final long budget;
    private final long nanos;
    private final AtomicLong held = new AtomicLong();

    /// What a request holds.
    final class Share implements AutoCloseable {
        private final AtomicLong mine = new AtomicLong();

        private void take(long bytes) {
            mine.addAndGet(bytes);
            if (held.addAndGet(bytes) > budget) {
                throw new ServeException(
                        Reason.EXHAUSTED, "too many large requests at once\nMaybe try again later");
            }
        }

        @Override
        public void close() {
            held.addAndGet(-mine.getAndSet(0));
        }
    }

    /// @param budget bytes that all requests may hold
    /// @param time in which a body must be there
    Bodies(long budget, Duration time) {
        this.budget = budget;
        this.nanos = time.toNanos();
    }

    Share share() {
        return new Share();
    }

    /// A body.
    ///
    /// @param most bytes
    /// @param json whether it will be parsed as such
    /// @throws StatusException 413 or 408
    byte[] read(Context ctx, int most, boolean json, Share share) {
        long length = ctx.req().getContentLengthLong();
        long start = System.nanoTime();
        if (length > most) {
            discard(ctx, start);
            throw tooLarge(most);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = ctx.req().getInputStream();
            int read;
            while ((read = in.read(chunk)) >= 0) {
                if (System.nanoTime() - start > nanos) {
                    throw new StatusException(408, "the body did not come in time");
                }
                if (out.size() + read > most) {
                    share.close();
                    discard(ctx, start);
                    throw tooLarge(most);
                }
                share.take((long) read * (json ? JSON_FACTOR : 2));
                out.write(chunk, 0, read);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new StatusException(408, "the body broke off");
        }
    }

    /// Takes the rest of a body that is too large. Many clients read no answer before they have
    /// sent all, and see a broken connection if nobody takes it. Who asks first (`Expect`) is not
    /// kept.
    private void discard(Context ctx, long start) throws StatusException {
        if (ctx.header("Expect") != null) {
            return;
        }
        byte[] chunk = new byte[CHUNK];
        long left = MOST_DISCARDED;
        try {
            InputStream in = ctx.req().getInputStream();
            int read;
            while (left > 0 && System.nanoTime() - start < nanos && (read = in.read(chunk)) >= 0) {
                left -= read;
            }
        } catch (IOException e) {
            throw new StatusException(408, "the body broke off");
        }
    }

    private static StatusException tooLarge(int most) {
        return new StatusException(413, "the body has more than " + most + " bytes");
    }
}
