package dev.lamina.bench;

import dev.lamina.base.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What serving costs and what batching pays: `/v1/embeddings` over HTTP on loopback, against ONNX
/// Runtime called directly in this process with the same model and threads, in turn.
public final class ServeBench {
    private static final String[] WORDS =
            ("edge server device model channel antenna user moves slowly under the bridge while a"
                            + " small cell near our street sends short frames to many phones each"
                            + " day and night when rain falls on old roofs")
                    .split(" ", -1);
    private static final double TOLERANCE = 1e-4;
    private static final int WARM_CONNECTIONS = 8;
    private static final int WARM_BLOCKS = 8;

    private ServeBench() {}

    /// Figures at one concurrency.
    ///
    /// @param directPerSecond texts embedded directly, unbatched, by so many callers: the median of
    ///   the blocks
    /// @param ratioPerSecond served over direct, the median over pairs of blocks
    /// @param ratioP50 the same of the median times
    public record Row(
            int concurrency,
            double directPerSecond,
            double servedPerSecond,
            double ratioPerSecond,
            double directP50Milliseconds,
            double servedP50Milliseconds,
            double ratioP50,
            double directP99Milliseconds,
            double servedP99Milliseconds) {}

    /// The figures.
    ///
    /// @param threads of ONNX Runtime on both sides
    /// @param words in a text
    /// @param largestDifference between a served and a direct vector's component
    public record Report(int threads, int words, double largestDifference, List<Row> rows) {}

    /// Something that embeds a text for worker `w`.
    @FunctionalInterface
    private interface Worker {
        void embed(int worker, String text) throws IOException;
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Block(double perSecond, double[] sortedSeconds) {
        double percentile(double share) {
            return sortedSeconds[
                    (int) Math.min(sortedSeconds.length - 1, share * sortedSeconds.length)];
        }
    }

    /// Compares.
    ///
    /// @param port of a gateway on this machine
    /// @param model the embedding flow's name
    /// @param blockSeconds how long a block of one side lasts
    /// @param pairs of blocks at each concurrency
    public static Report run(
            int port,
            String model,
            List<Integer> concurrencies,
            double blockSeconds,
            int pairs,
            int threads,
            int words) {
        List<String> texts = texts(words);
        try (DirectEmbedding direct = new DirectEmbedding()) {
            double difference = difference(port, model, direct, texts.subList(0, 32));
            warmUp(port, model, direct, texts, blockSeconds);
            List<Row> rows = new ArrayList<>();
            for (int concurrency : concurrencies) {
                rows.add(row(port, model, direct, texts, concurrency, blockSeconds, pairs));
            }
            return new Report(threads, words, difference, rows);
        } catch (IOException e) {
            throw new UncheckedIOException("the gateway does not answer: " + e.getMessage(), e);
        }
    }

    private static List<String> texts(int words) {
        RandomGenerator random = Seeds.stream(1, "serve bench");
        return IntStream.range(0, 512)
                .mapToObj(i ->
                        String.join(
                                " ",
                                IntStream.range(0, words)
                                        .mapToObj(k -> WORDS[random.nextInt(WORDS.length)])
                                        .toList()))
                .toList();
    }

    private static byte[] body(String model, String text) {
        return ("{\"model\":\"" + model + "\",\"input\":\"" + text + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void served(HttpLoad http, String model, String text) throws IOException {
        HttpLoad.Answer answer = http.post("/v1/embeddings", "application/json", body(model, text));
        if (answer.status() != 200) {
            throw new IOException(answer.status() + ": " + answer.text());
        }
    }

    private static double difference(
            int port, String model, DirectEmbedding direct, List<String> texts) throws IOException {
        double largest = 0;
        try (HttpLoad http = new HttpLoad(port)) {
            for (String text : texts) {
                HttpLoad.Answer answer =
                        http.post("/v1/embeddings", "application/json", body(model, text));
                JsonNode vector =
                        JsonMapper.shared()
                                .readTree(answer.body())
                                .path("data")
                                .path(0)
                                .path("embedding");
                float[] expected = direct.embed(text);
                for (int i = 0; i < expected.length; i++) {
                    largest = Math.max(largest, Math.abs(vector.path(i).asDouble(9) - expected[i]));
                }
            }
        }
        if (largest > TOLERANCE) {
            throw new IllegalStateException("the gateway's vectors differ by " + largest);
        }
        return largest;
    }

    /// Both sides for as long as the virtual machine takes to compile what a server that has been
    /// up for some minutes has compiled.
    private static void warmUp(
            int port, String model, DirectEmbedding direct, List<String> texts, double blockSeconds)
            throws IOException {
        List<HttpLoad> connections = new ArrayList<>();
        try {
            for (int i = 0; i < WARM_CONNECTIONS; i++) {
                connections.add(new HttpLoad(port));
            }
            Worker over = (w, text) -> served(connections.get(w), model, text);
            block(over, texts, WARM_CONNECTIONS, WARM_BLOCKS * blockSeconds);
            block((w, text) -> direct.embed(text), texts, 1, blockSeconds);
        } finally {
            for (HttpLoad connection : connections) {
                connection.close();
            }
        }
    }

    private static Row row(
            int port,
            String model,
            DirectEmbedding direct,
            List<String> texts,
            int concurrency,
            double blockSeconds,
            int pairs)
            throws IOException {
        List<Block> directs = new ArrayList<>();
        List<Block> serveds = new ArrayList<>();
        List<HttpLoad> connections = new ArrayList<>();
        try {
            for (int i = 0; i < concurrency; i++) {
                connections.add(new HttpLoad(port));
            }
            Worker in = (w, text) -> direct.embed(text);
            Worker over = (w, text) -> served(connections.get(w), model, text);
            block(in, texts, concurrency, blockSeconds / 2);
            block(over, texts, concurrency, blockSeconds / 2);
            for (int pair = 0; pair < pairs; pair++) {
                if (pair % 2 == 0) {
                    directs.add(block(in, texts, concurrency, blockSeconds));
                    serveds.add(block(over, texts, concurrency, blockSeconds));
                } else {
                    serveds.add(block(over, texts, concurrency, blockSeconds));
                    directs.add(block(in, texts, concurrency, blockSeconds));
                }
            }
        } finally {
            for (HttpLoad connection : connections) {
                connection.close();
            }
        }
        return new Row(
                concurrency,
                median(directs, Block::perSecond),
                median(serveds, Block::perSecond),
                ratio(directs, serveds, Block::perSecond),
                1e3 * median(directs, b -> b.percentile(0.5)),
                1e3 * median(serveds, b -> b.percentile(0.5)),
                ratio(directs, serveds, b -> b.percentile(0.5)),
                1e3 * median(directs, b -> b.percentile(0.99)),
                1e3 * median(serveds, b -> b.percentile(0.99)));
    }

    private static double median(
            List<Block> blocks, java.util.function.ToDoubleFunction<Block> figure) {
        return middle(blocks.stream().mapToDouble(figure).toArray());
    }

    private static double ratio(
            List<Block> below,
            List<Block> above,
            java.util.function.ToDoubleFunction<Block> figure) {
        return middle(
                IntStream.range(0, below.size())
                        .mapToDouble(i ->
                                figure.applyAsDouble(above.get(i))
                                        / figure.applyAsDouble(below.get(i)))
                        .toArray());
    }

    private static double middle(double[] values) {
        Arrays.sort(values);
        int n = values.length;
        return (values[(n - 1) / 2] + values[n / 2]) / 2;
    }

    /// Workers ask one after another for so long.
    private static Block block(Worker worker, List<String> texts, int concurrency, double seconds)
            throws IOException {
        ConcurrentLinkedQueue<double[]> times = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        Phaser together = new Phaser(concurrency + 1);
        long length = (long) (seconds * 1e9);
        List<Thread> threads = new ArrayList<>();
        for (int w = 0; w < concurrency; w++) {
            int mine = w;
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                together.arriveAndAwaitAdvance();
                                try {
                                    times.add(
                                            work(worker, texts, mine, System.nanoTime() + length));
                                } catch (IOException | RuntimeException e) {
                                    failures.add(e);
                                }
                            }));
        }
        together.arriveAndAwaitAdvance();
        long start = System.nanoTime();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        double took = (System.nanoTime() - start) / 1e9;
        if (!failures.isEmpty()) {
            throw new IOException(String.valueOf(failures.peek()), failures.peek());
        }
        double[] all = times.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
        return new Block(all.length / took, all);
    }

    private static double[] work(Worker worker, List<String> texts, int mine, long end)
            throws IOException {
        double[] times = new double[1024];
        int n = 0;
        int next = mine * 37;
        long now = System.nanoTime();
        do {
            worker.embed(mine, texts.get(next++ % texts.size()));
            long then = System.nanoTime();
            times = n == times.length ? Arrays.copyOf(times, 2 * n) : times;
            times[n++] = (then - now) / 1e9;
            now = then;
        } while (now < end);
        return Arrays.copyOf(times, n);
    }
}
