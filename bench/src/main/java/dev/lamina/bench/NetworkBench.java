package dev.lamina.bench;

import dev.lamina.base.AtomicFiles;
import dev.lamina.data.Columns;
import dev.lamina.data.DatasetFiles;
import dev.lamina.data.Partition;
import dev.lamina.data.TextDataset;
import dev.lamina.data.TextDatasets;
import dev.lamina.edge.DeviceProfile;
import dev.lamina.train.Finetune;
import dev.lamina.train.FinetuneDevice;
import dev.lamina.train.FinetuneResult;
import dev.lamina.train.FinetuneServer;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.NetworkConfig;
import dev.lamina.train.NetworkListener;
import dev.lamina.train.RunListener;
import dev.lamina.wire.Address;
import dev.lamina.wire.Backoff;
import dev.lamina.wire.BlobCache;
import dev.lamina.wire.CertificateAuthority;
import dev.lamina.wire.Identity;
import dev.lamina.wire.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// What the network costs a training step: a whole run with server and devices on sockets of this
/// machine, with mutual TLS, over the same run in one process; in turn, seconds a step. Both runs
/// are in this one process, so that they share cores alike. Quoted is the median of the ratios.
public final class NetworkBench {
    private final FinetuneSpec spec;
    private final Path folder;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private NetworkBench(FinetuneSpec spec, Path folder) {
        this.spec = spec;
        this.folder = folder;
    }

    /// The figures.
    ///
    /// @param steps of all devices in each run
    /// @param pairs of runs, after one that is not counted
    /// @param localMilliseconds median of a step in one process
    /// @param networkMilliseconds median of a step over the network
    /// @param ratio median of network over one process, pair by pair
    public record Report(
            int devices,
            int steps,
            int pairs,
            double localMilliseconds,
            double networkMilliseconds,
            double ratio) {}

    /// Runs both.
    ///
    /// @param spec of a run, scheme `shared`
    public static Report run(FinetuneSpec spec, int pairs) {
        try {
            Path folder = Files.createTempDirectory("lamina-bench");
            NetworkBench bench = new NetworkBench(spec, folder);
            try {
                return bench.run(pairs);
            } finally {
                bench.threads.shutdownNow();
                AtomicFiles.deleteTree(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getMessage()), e);
        }
    }

    private Report run(int pairs) throws InterruptedException, ExecutionException {
        prepare();
        List<Double> local = new ArrayList<>();
        List<Double> network = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int i = -1; i < pairs; i++) {
            boolean first = i % 2 == 0;
            double early = first ? local() : network(i);
            double late = first ? network(i) : local();
            if (i >= 0) {
                local.add(first ? early : late);
                network.add(first ? late : early);
                ratios.add(network.getLast() / local.getLast());
            }
        }
        return new Report(
                spec.devices().size(),
                spec.maxSteps(),
                pairs,
                1e3 * StepBench.quantile(local, 0.5),
                1e3 * StepBench.quantile(network, 0.5),
                StepBench.quantile(ratios, 0.5));
    }

    private void prepare() {
        CertificateAuthority authority = CertificateAuthority.init(folder.resolve("certs"));
        authority.issueServer(List.of());
        for (DeviceProfile device : spec.devices()) {
            authority.issueDevice(device.name());
        }
        TextDataset data = TextDatasets.load(spec.data(), spec.seed());
        DatasetFiles.writeShards(
                data,
                spec.devices().stream().map(DeviceProfile::name).toList(),
                Partition.parse(spec.partition())
                        .split(
                                data.train(),
                                data.labels().size(),
                                spec.devices().size(),
                                spec.seed()),
                Columns.DETECT,
                folder.resolve("data"));
    }

    private double local() {
        try (Finetune finetune = Finetune.prepare(spec)) {
            return seconds(finetune.run(null, false, new RunListener() {}));
        }
    }

    private static double seconds(@Nullable FinetuneResult result) {
        if (result == null) {
            throw new IllegalStateException("the run has no result");
        }
        return result.secondsPerStep();
    }

    private double network(int pair) throws InterruptedException, ExecutionException {
        CompletableFuture<Integer> port = new CompletableFuture<>();
        NetworkConfig config =
                new NetworkConfig(
                        new Address("127.0.0.1", 0),
                        Identity.server(folder.resolve("certs")),
                        5,
                        spec.devices().size(),
                        0,
                        60,
                        60,
                        60);
        NetworkListener listener =
                new NetworkListener() {
                    @Override
                    public void listening(int number, long limitBytes) {
                        port.complete(number);
                    }
                };
        Future<Double> server =
                threads.submit(() -> {
                    try (FinetuneServer edge = FinetuneServer.prepare(spec, config)) {
                        return seconds(edge.run(folder.resolve("run-" + pair), listener));
                    } catch (RuntimeException e) {
                        port.completeExceptionally(e);
                        throw e;
                    }
                });
        int number = port.get();
        List<Future<@Nullable Double>> devices = new ArrayList<>();
        for (DeviceProfile device : spec.devices()) {
            devices.add(threads.submit(() -> device(device.name(), number, pair)));
        }
        for (Future<@Nullable Double> device : devices) {
            device.get();
        }
        return server.get();
    }

    private @Nullable Double device(String name, int port, int pair) {
        WireClient.Config line =
                new WireClient.Config(
                        new Address("127.0.0.1", port),
                        Identity.device(folder.resolve("certs"), name),
                        name,
                        Backoff.DEFAULT,
                        60,
                        1 << 28);
        FinetuneDevice.Config config =
                new FinetuneDevice.Config(
                        line,
                        folder.resolve("data").resolve(name + ".jsonl").toString(),
                        Columns.DETECT,
                        new BlobCache(folder.resolve("cache")),
                        folder.resolve("state-" + pair).resolve(name),
                        0);
        try (FinetuneDevice device = new FinetuneDevice(config, new FinetuneDevice.Listener() {})) {
            return device.run();
        }
    }
}
