package dev.lamina.train;

import dev.lamina.data.Columns;
import dev.lamina.data.Partition;
import dev.lamina.data.Sample;
import dev.lamina.data.TextDataset;
import dev.lamina.data.TextDatasets;
import dev.lamina.nn.FloatTensor;
import dev.lamina.wire.Address;
import dev.lamina.wire.Backoff;
import dev.lamina.wire.BlobCache;
import dev.lamina.wire.Offence;
import dev.lamina.wire.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A server and its devices on sockets of this machine, as threads of one process.
final class Network implements AutoCloseable {
    private final Path directory;
    private final FinetuneSpec spec;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    final List<String> log = new CopyOnWriteArrayList<>();
    volatile int port;

    /// What a server came to.
    record Outcome(@Nullable FinetuneResult result, Map<String, FloatTensor> adapter) {}

    Network(Path directory, FinetuneSpec spec) {
        this.directory = directory;
        this.spec = spec;
        TextDataset data = TextDatasets.load(spec.data(), spec.seed());
        List<List<Sample>> shards =
                Partition.parse(spec.partition())
                        .split(
                                data.train(),
                                data.labels().size(),
                                spec.devices().size(),
                                spec.seed());
        for (int u = 0; u < shards.size(); u++) {
            StringBuilder text = new StringBuilder();
            for (Sample sample : shards.get(u)) {
                text.append(sample.text()).append(';');
                text.append(data.labels().get(sample.label())).append('\n');
            }
            try {
                Files.writeString(shard(u), text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    Path shard(int device) {
        return directory.resolve("shard-" + device + ".txt");
    }

    String name(int device) {
        return spec.devices().get(device).name();
    }

    static NetworkConfig config(int port) {
        return new NetworkConfig(new Address("127.0.0.1", port), null, 1, 1, 0, 60, 5, 20);
    }

    /// A listener that does nothing but remember.
    class Watch implements NetworkListener {
        final CompletableFuture<Integer> listening = new CompletableFuture<>();
        volatile boolean stop;

        @Override
        public void listening(int number, long limitBytes) {
            port = number;
            listening.complete(number);
        }

        @Override
        public void leftOut(String device, int round, String why) {
            log.add("left out " + device + " " + round + " " + why);
        }

        @Override
        public void refused(String who, Offence offence, String reason) {
            log.add("refused " + who + " " + reason);
        }

        @Override
        public void roundStarted(int round, int participants) {
            log.add("round " + round + " with " + participants);
        }

        @Override
        public boolean stopRequested() {
            return stop;
        }
    }

    /// Starts the server and waits until it listens.
    Future<Outcome> server(NetworkConfig config, Watch watch) {
        Future<Outcome> outcome =
                threads.submit(() -> {
                    try (FinetuneServer server = FinetuneServer.prepare(spec, config)) {
                        FinetuneResult result = server.run(directory.resolve("run"), watch);
                        return new Outcome(result, server.bestAdapter());
                    }
                });
        try {
            watch.listening.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(get(outcome).toString(), e);
        }
        return outcome;
    }

    /// Starts a device.
    Future<@Nullable Double> device(int number, FinetuneDevice.Listener listener) {
        FinetuneDevice.Config config =
                new FinetuneDevice.Config(
                        new WireClient.Config(
                                new Address("127.0.0.1", port),
                                null,
                                name(number),
                                new Backoff(0.05, 0.5),
                                30,
                                1 << 26),
                        shard(number).toString(),
                        Columns.DETECT,
                        new BlobCache(directory.resolve("cache")),
                        directory.resolve("state-" + number),
                        0);
        return threads.submit(() -> {
            try (FinetuneDevice device = new FinetuneDevice(config, listener)) {
                return device.run();
            }
        });
    }

    List<Future<@Nullable Double>> devices() {
        List<Future<@Nullable Double>> all = new ArrayList<>();
        for (int u = 0; u < spec.devices().size(); u++) {
            all.add(device(u, new Quiet()));
        }
        return all;
    }

    /// Says nothing.
    static class Quiet implements FinetuneDevice.Listener {
        volatile boolean stop;

        @Override
        public void event(String text) {}

        @Override
        public void round(int round, int steps) {}

        @Override
        public void stepped(int round, int step, double loss) {}

        @Override
        public boolean stopRequested() {
            return stop;
        }
    }

    static <T extends @Nullable Object> T get(Future<T> future) {
        try {
            return future.get(120, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e.getCause() == null ? e : e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
