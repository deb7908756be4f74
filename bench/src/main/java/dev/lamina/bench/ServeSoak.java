package dev.lamina.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A gateway and its nodes as real processes under load, while nodes are killed (`SIGKILL`) and
/// started again: no request may fail, no answer be wrong, and memory must stay flat.
public final class ServeSoak {
    private static final int CONNECTIONS = 16;
    private static final double TOLERANCE = 1e-4;
    private static final double SAMPLE_SECONDS = 2;
    private static final long RETURN_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final Config config;
    private final Path directory;
    private final Consumer<String> progress;
    private final List<Member> nodes = new ArrayList<>();
    private final Map<String, JsonNode> expected = new ConcurrentHashMap<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Double> seconds = new ConcurrentLinkedQueue<>();
    private volatile boolean over;
    private volatile double slowestReturn;

    /// What to do.
    ///
    /// @param lamina the command line's own command: java, class path, main class
    /// @param flows the flow file; it has the flows `embed` and `label`
    /// @param seconds of load
    /// @param killSeconds from one killing to the next; longer where a node takes longer to come
    ///   back, since every service has two replicas only
    /// @param share of the capacity that is measured first
    public record Config(
            List<String> lamina,
            Path flows,
            int nodes,
            double seconds,
            double killSeconds,
            double downSeconds,
            double share) {
        public Config {
            lamina = List.copyOf(lamina);
        }
    }

    /// The figures.
    ///
    /// @param capacityPerSecond requests, with all connections always asking
    /// @param slowestReturnSeconds from a node's death until the gateway has it again
    /// @param memoryMegabytes of the gateway: resident after a quarter of the time, and at the end
    public record Report(
            int nodes,
            double seconds,
            double capacityPerSecond,
            double offeredPerSecond,
            long requests,
            long failed,
            long wrong,
            int kills,
            double slowestReturnSeconds,
            double p50Milliseconds,
            double p99Milliseconds,
            List<Double> memoryMegabytes,
            List<String> failures) {}

    private static final class Member {
        final String name;
        final int port;
        @Nullable Process process;

        Member(String name, int port) {
            this.name = name;
            this.port = port;
        }
    }

    private ServeSoak(Config config, Path directory, Consumer<String> progress) {
        this.config = config;
        this.directory = directory;
        this.progress = progress;
    }

    /// Runs it in a directory for the processes' logs.
    ///
    /// @throws IllegalStateException if the processes do not start
    public static Report run(Config config, Path directory, Consumer<String> progress) {
        ServeSoak soak = new ServeSoak(config, directory, progress);
        try {
            return soak.run();
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            soak.over = true;
            for (Member node : soak.nodes) {
                if (node.process != null) {
                    node.process.destroyForcibly();
                }
            }
        }
    }

    private Report run() throws IOException, InterruptedException {
        for (int i = 1; i <= config.nodes(); i++) {
            Member node = new Member("node-" + i, ServeSharing.freePort());
            nodes.add(node);
            start(node);
        }
        int port = ServeSharing.freePort();
        Process gateway = gateway(port);
        try {
            ServeSharing.awaitReady(gateway, port, directory.resolve("gateway.log"));
            List<String> texts = texts();
            learn(port, texts);
            progress.accept("measuring the capacity");
            double capacity = load(port, texts, Math.min(10, config.seconds() / 4), 0);
            double offered = config.share() * capacity;
            answered.set(0);
            seconds.clear();
            progress.accept("capacity %.0f a second, load %.0f".formatted(capacity, offered));
            List<Double> memory = new ArrayList<>();
            AtomicLong kills = new AtomicLong();
            Thread killer = Thread.ofPlatform().start(() -> kill(port, kills));
            Thread sampler = Thread.ofPlatform().start(() -> sample(gateway, memory));
            load(port, texts, config.seconds(), offered);
            over = true;
            killer.join();
            sampler.join();
            double[] sorted = seconds.stream().mapToDouble(d -> d).sorted().toArray();
            return new Report(
                    config.nodes(),
                    config.seconds(),
                    capacity,
                    offered,
                    answered.get() + failures.size(),
                    failures.size(),
                    wrong.get(),
                    kills.intValue(),
                    slowestReturn,
                    1e3 * sorted[sorted.length / 2],
                    1e3 * sorted[(int) (0.99 * sorted.length)],
                    List.of(memory.get(memory.size() / 4), memory.getLast()),
                    failures.stream().limit(10).toList());
        } finally {
            gateway.destroy();
            if (!gateway.waitFor(20, TimeUnit.SECONDS)) {
                gateway.destroyForcibly();
            }
        }
    }

    private void start(Member node) throws IOException {
        node.process =
                process(
                        node.name,
                        "node",
                        "--name",
                        node.name,
                        "--listen",
                        "127.0.0.1:" + node.port,
                        "--root",
                        String.valueOf(config.flows().toAbsolutePath().getParent()),
                        "--insecure",
                        "--metrics",
                        "off");
    }

    private Process gateway(int port) throws IOException {
        return process(
                "gateway",
                "serve",
                config.flows().toString(),
                "--listen",
                "127.0.0.1:" + port,
                "--nodes",
                String.join(",", nodes.stream().map(n -> n.name + "=127.0.0.1:" + n.port).toList()),
                "--insecure");
    }

    private Process process(String name, String... arguments) throws IOException {
        List<String> command =
                Stream.concat(config.lamina().stream(), Arrays.stream(arguments)).toList();
        Path log = directory.resolve(name + ".log");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (String what : List.of("animal", "machine", "person", "plant", "town")) {
            for (String how : List.of("large", "small", "old", "quick", "green", "quiet")) {
                texts.add("a " + how + " " + what + " near the sea");
            }
        }
        return texts;
    }

    /// The answers as they are before anything is killed.
    private void learn(int port, List<String> texts) throws IOException {
        try (HttpLoad http = new HttpLoad(port)) {
            for (int i = 0; i < 2 * texts.size(); i++) {
                expected.put("" + i, ask(http, texts, i));
            }
        }
    }

    /// Even requests ask for a vector, odd ones for a label.
    private static JsonNode ask(HttpLoad http, List<String> texts, int i) throws IOException {
        String text = texts.get(i / 2 % texts.size());
        boolean embed = i % 2 == 0;
        byte[] body =
                ((embed ? "{\"model\":\"embed\",\"input\":\"" : "{\"input\":\"") + text + "\"}")
                        .getBytes(StandardCharsets.UTF_8);
        HttpLoad.Answer answer =
                http.post(embed ? "/v1/embeddings" : "/flows/label", "application/json", body);
        if (answer.status() != 200) {
            throw new IOException(answer.status() + ": " + answer.text());
        }
        JsonNode json = JsonMapper.shared().readTree(answer.body());
        return embed
                ? json.path("data").path(0).path("embedding")
                : json.path("outputs").path("label");
    }

    /// @param perSecond requests offered; 0 for as many as are answered
    /// @return requests answered a second
    private double load(int port, List<String> texts, double length, double perSecond)
            throws InterruptedException {
        long start = System.nanoTime();
        long end = start + (long) (length * 1e9);
        AtomicLong next = new AtomicLong();
        long before = answered.get();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                try (HttpLoad http = new HttpLoad(port)) {
                                    while (true) {
                                        long n = next.getAndIncrement();
                                        long due =
                                                perSecond == 0
                                                        ? System.nanoTime()
                                                        : start + (long) (n / perSecond * 1e9);
                                        if (due > end) {
                                            return;
                                        }
                                        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                                        one(http, texts, (int) (n % (2L * texts.size())));
                                    }
                                } catch (IOException e) {
                                    failures.add("a connection ended: " + e);
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return (answered.get() - before) / ((System.nanoTime() - start) / 1e9);
    }

    private void one(HttpLoad http, List<String> texts, int i) throws IOException {
        long start = System.nanoTime();
        try {
            JsonNode answer = ask(http, texts, i);
            seconds.add((System.nanoTime() - start) / 1e9);
            answered.incrementAndGet();
            if (!same(answer, expected.get("" + i))) {
                wrong.incrementAndGet();
            }
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).matches("\\d{3}: .*")) {
                failures.add(e.getMessage());
            } else {
                throw e;
            }
        }
    }

    private static boolean same(JsonNode answer, @Nullable JsonNode wanted) {
        if (wanted == null || !wanted.isArray()) {
            return answer.equals(wanted);
        }
        for (int k = 0; k < wanted.size(); k++) {
            if (!(Math.abs(answer.path(k).asDouble(9) - wanted.path(k).asDouble()) < TOLERANCE)) {
                return false;
            }
        }
        return answer.size() == wanted.size();
    }

    private void kill(int port, AtomicLong kills) {
        try {
            double left = config.killSeconds();
            while (pause(left)) {
                long start = System.nanoTime();
                Member node = nodes.get((int) (kills.getAndIncrement() % nodes.size()));
                progress.accept("kill -9 " + node.name);
                if (node.process != null) {
                    node.process.destroyForcibly().waitFor();
                }
                pause(config.downSeconds());
                start(node);
                awaitAll(port);
                double took = (System.nanoTime() - start) / 1e9;
                slowestReturn = Math.max(slowestReturn, took);
                left = Math.max(0, config.killSeconds() - took);
            }
        } catch (IOException e) {
            failures.add("a node does not start, or the gateway does not say how it is: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until the gateway has seen that the node was gone and has all nodes again.
    private void awaitAll(int port) throws IOException, InterruptedException {
        long end = System.nanoTime() + RETURN_NANOS;
        while (pause(0.2)) {
            JsonNode json;
            try (HttpLoad http = new HttpLoad(port)) {
                json = JsonMapper.shared().readTree(http.get("/status").body());
            }
            if (json.findValues("up").stream().allMatch(JsonNode::asBoolean)) {
                return;
            }
            if (System.nanoTime() > end) {
                failures.add("a node has not come back for five minutes: " + json.path("nodes"));
                return;
            }
        }
    }

    private boolean pause(double length) throws InterruptedException {
        long end = System.nanoTime() + (long) (length * 1e9);
        while (!over && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        return !over;
    }

    private void sample(Process process, List<Double> memory) {
        try {
            do {
                memory.add(Resident.bytes(process.pid()) / 1e6);
            } while (pause(SAMPLE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
