package dev.lamina.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Memory of all flows in one process that shares their services, against a process for each flow
/// with everything that it needs: real processes, resident memory after the same requests.
public final class ServeSharing {
    private static final long START_SECONDS = 180;
    private static final int REQUESTS = 5;

    private ServeSharing() {}

    /// A request that makes a flow work.
    @SuppressWarnings("ArrayRecordComponent")
    public record Sample(String flow, String type, byte[] body) {}

    /// The figures.
    ///
    /// @param megabytesByFlow a process with one flow
    /// @param saving 1 - shared / sum
    public record Report(
            double sharedMegabytes, Map<String, Double> megabytesByFlow, double saving) {}

    /// Measures.
    ///
    /// @param lamina the command line's own command: java, class path, main class
    /// @param samples one for each flow of the file
    public static Report run(
            List<String> lamina, Path flows, List<Sample> samples, Consumer<String> progress) {
        try {
            Map<String, Double> alone = new LinkedHashMap<>();
            for (Sample sample : samples) {
                alone.put(sample.flow(), megabytes(lamina, flows, List.of(sample)));
                progress.accept(
                        "%s alone: %.0f MB".formatted(sample.flow(), alone.get(sample.flow())));
            }
            double shared = megabytes(lamina, flows, samples);
            double sum = alone.values().stream().mapToDouble(d -> d).sum();
            return new Report(shared, alone, 1 - shared / sum);
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static double megabytes(List<String> lamina, Path flows, List<Sample> samples)
            throws IOException, InterruptedException {
        int port = freePort();
        List<String> command =
                Stream.concat(
                                lamina.stream(),
                                Stream.of(
                                        "serve",
                                        flows.toString(),
                                        "--listen",
                                        "127.0.0.1:" + port,
                                        "--only",
                                        String.join(
                                                ",", samples.stream().map(Sample::flow).toList())))
                        .toList();
        Path log = Files.createTempFile("lamina-serve", ".log");
        Process process =
                new ProcessBuilder(new ArrayList<>(command))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            awaitReady(process, port, log);
            try (HttpLoad http = new HttpLoad(port)) {
                for (int i = 0; i < REQUESTS; i++) {
                    for (Sample sample : samples) {
                        HttpLoad.Answer answer =
                                http.post("/flows/" + sample.flow(), sample.type(), sample.body());
                        if (answer.status() != 200) {
                            throw new IOException(sample.flow() + ": " + answer.text());
                        }
                    }
                }
            }
            double[] bytes = new double[5];
            for (int i = 0; i < bytes.length; i++) {
                Thread.sleep(300);
                bytes[i] = Resident.bytes(process.pid());
            }
            Arrays.sort(bytes);
            return bytes[bytes.length / 2] / 1e6;
        } finally {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(log);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Waits until a gateway can answer.
    ///
    /// @throws IllegalStateException with its log, if it ends or takes minutes
    static void awaitReady(Process gateway, int port, Path log)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (gateway.isAlive() && System.nanoTime() < end) {
            try (HttpLoad http = new HttpLoad(port)) {
                if (http.get("/health/ready").status() == 200) {
                    return;
                }
            } catch (java.net.ConnectException e) {
                Thread.sleep(200); // it does not listen yet
                continue;
            }
            Thread.sleep(200);
        }
        throw new IllegalStateException(
                "the gateway does not become ready; its log: " + Files.readString(log));
    }
}
