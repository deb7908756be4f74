package dev.lamina.bench;

import dev.lamina.base.AtomicFiles;
import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.Profiles;
import dev.lamina.edge.ServerProfile;
import dev.lamina.nn.TensorCodec;
import dev.lamina.nn.Tensors;
import dev.lamina.train.Execution;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.Scheme;
import dev.lamina.train.ServerProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Resident memory of a scheme's server at its peak, less the same process before it has loaded a
/// model, in a process of its own ([#main]). The allocator there gives large blocks back to the
/// system when they are freed (`MALLOC_MMAP_THRESHOLD_`), and the heap is kept tight, so that what
/// is measured is what is held, not what was held once. That costs time, so a process that compares
/// speeds leaves the allocator as it is, and its memory says nothing.
///
/// @param scheme that was served
/// @param modelledBytes by the memory model
/// @param measuredBytes peak less empty
/// @param emptyBytes of the process with engine and no model
/// @param seconds of the step of all devices that was measured
/// @param inTurnSeconds of all devices' steps one after another, on all cores; medians, where the
///   comparison was asked for, else 0
/// @param atOnceSeconds of the same steps side by side, each on one core's threads
/// @param togetherSeconds of the same steps in one pass through the weights
public record ServerMemory(
        String scheme,
        long modelledBytes,
        long measuredBytes,
        long emptyBytes,
        double seconds,
        double inTurnSeconds,
        double atOnceSeconds,
        double togetherSeconds) {
    private static final int PAIRS = 2;

    /// What a child process is asked to compare after it has measured.
    public enum Compare {
        NOTHING,
        AT_ONCE,
        TOGETHER
    }

    /// Starts a process and waits for its figures.
    ///
    /// @param spec whose server is measured
    public static ServerMemory measure(FinetuneSpec spec, Compare compare) {
        try {
            Path figures = Files.createTempFile("lamina-server-memory", ".json");
            try {
                run(command(spec, compare, figures), compare);
                return JsonMapper.shared().readValue(Files.readString(figures), ServerMemory.class);
            } finally {
                Files.delete(figures);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JacksonException e) {
            throw new IllegalStateException("no figures of the server's process", e);
        }
    }

    private static List<String> command(FinetuneSpec spec, Compare compare, Path figures) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-Xmn32m",
                                "-XX:MinHeapFreeRatio=5",
                                "-XX:MaxHeapFreeRatio=10",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Dai.djl.offline=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ServerMemory.class.getName()));
        command.addAll(
                List.of(
                        spec.scheme().toString(),
                        spec.model(),
                        spec.cutOfEach().stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining(",")),
                        "" + spec.batch(),
                        "" + spec.seqLen(),
                        spec.codec().name(),
                        "" + spec.execution().microBatches(),
                        "" + spec.execution().recompute(),
                        "" + spec.seed(),
                        "" + spec.threads(),
                        compare.name(),
                        figures.toString()));
        return command;
    }

    private static void run(List<String> command, Compare compare) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        if (compare == Compare.NOTHING) {
            builder.environment().put("MALLOC_MMAP_THRESHOLD_", "1048576");
        }
        Process process = builder.start();
        Thread hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException(
                        "the process that measures a server ended with " + code);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
            removed(hook);
        }
    }

    private static void removed(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending, and the hook does its work
        }
    }

    /// The process of its own: writes the figures as JSON to the file that comes last.
    public static void main(String[] args) {
        List<Integer> cuts = Arrays.stream(args[2].split(",", -1)).map(Integer::valueOf).toList();
        ServerProfile large = new ServerProfile("large", 1, 1, 1L << 50, 0, 1);
        FinetuneSpec spec =
                SflSpecs.shared(
                                args[1],
                                Profiles.devices(cuts.size()).stream()
                                        .map(ServerMemory::large)
                                        .toList(),
                                large,
                                cuts,
                                Integer.parseInt(args[3]),
                                Integer.parseInt(args[4]),
                                Long.parseLong(args[8]),
                                Integer.parseInt(args[9]))
                        .withScheme(Scheme.of(args[0]))
                        .withExecution(
                                TensorCodec.of(args[5]),
                                new Execution(
                                        false,
                                        Integer.parseInt(args[6]),
                                        Boolean.parseBoolean(args[7]),
                                        1));
        String figures =
                JsonMapper.shared().writeValueAsString(run(spec, Compare.valueOf(args[10])));
        AtomicFiles.writeString(Path.of(args[11]), figures);
    }

    private static DeviceProfile large(DeviceProfile d) {
        return new DeviceProfile(
                d.name(), 1, 1, 1L << 50, d.idleWatts(), d.activeWatts(), d.link());
    }

    private static ServerMemory run(FinetuneSpec spec, Compare compare) {
        Tensors.useThreads(spec.threads());
        warmUp();
        Resident.collect();
        long empty = Resident.bytes();
        try (ServerProbe probe = new ServerProbe(spec, SflSpecs.CLASSES)) {
            boolean parallel = spec.scheme() == Scheme.PARALLEL;
            Resident.collect();
            Resident.resetPeak();
            Tensors.useThreads(parallel ? 1 : spec.threads());
            double seconds = parallel ? probe.atOnce() : probe.inTurn();
            long peak = Resident.peakBytes();
            double inTurn = 0;
            double atOnce = 0;
            double together = 0;
            for (int i = 0; i < PAIRS && compare != Compare.NOTHING; i++) {
                Tensors.useThreads(spec.threads());
                inTurn += probe.inTurn() / PAIRS;
                if (compare == Compare.TOGETHER) {
                    together += probe.together() / PAIRS;
                } else {
                    Tensors.useThreads(1);
                    atOnce += probe.atOnce() / PAIRS;
                }
            }
            return new ServerMemory(
                    spec.scheme().toString(),
                    probe.modelledBytes(),
                    peak - empty,
                    empty,
                    seconds,
                    inTurn,
                    atOnce,
                    together);
        }
    }

    /// Loads what any computation needs: engine, its libraries, their first buffers.
    private static void warmUp() {
        FinetuneSpec tiny =
                SflSpecs.shared(
                        "shape:2x64x2",
                        Profiles.devices(1),
                        Profiles.GPU_SERVER,
                        List.of(1),
                        2,
                        8,
                        1,
                        1);
        try (ServerProbe probe = new ServerProbe(tiny, SflSpecs.CLASSES)) {
            probe.inTurn();
        }
    }
}
