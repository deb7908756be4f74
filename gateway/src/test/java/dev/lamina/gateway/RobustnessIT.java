package dev.lamina.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.lamina.gateway.HttpGateway.Config;
import dev.lamina.gateway.Running.Answer;
import dev.lamina.media.SoundFiles;
import dev.lamina.serve.Value;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What the outside may do to a gateway. After each of these, an ordinary request is answered.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RobustnessIT {
    private static final int REQUESTS = 8;
    private static final int CONNECTIONS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private Running running;

    @BeforeAll
    void start() {
        Config config =
                Running.config()
                        .withLimits(REQUESTS, CONNECTIONS, PATIENCE)
                        .withTimes(Duration.ofSeconds(10), Duration.ofSeconds(60));
        running = new Running(config, null);
    }

    @AfterEach
    void stillAnswers() {
        await(() -> running.metrics.running() == 0);
        Answer answer = running.json("/flows/say", "{\"input\":\"still here\"}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("still here");
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @Test
    void deepAndLongJson() {
        String deep = "[".repeat(10_000) + "]".repeat(10_000);
        Answer answer = running.json("/v2/models/say/infer", "{\"inputs\":" + deep + "}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).contains("not JSON");
        String text = "x".repeat(1 << 20);
        Answer echoed = running.json("/flows/say", "{\"input\":\"" + text + "\"}");
        assertThat(echoed.json().path("outputs").path("text").asString()).isEqualTo(text);
        assertThat(
                        running.json("/flows/say", "{\"input\":\"" + "x".repeat(5 << 20) + "\"}")
                                .status())
                .isEqualTo(413);
        for (String broken :
                List.of("", "{", "null", "[]", "{\"input\":1}{}", "{\"a\":1,\"a\":2}", "\u0000")) {
            assertThat(running.json("/flows/say", broken).status()).as(broken).isEqualTo(400);
            assertThat(running.json("/v2/models/say/infer", broken).status()).isEqualTo(400);
            assertThat(running.json("/v1/embeddings", broken).status()).isEqualTo(400);
        }
    }

    @Test
    void bytesThatAreNoText() {
        byte[] broken = "{\"input\":\"?\"}".getBytes(StandardCharsets.UTF_8);
        broken[10] = (byte) 0xc3;
        assertThat(running.post("/flows/say", "application/json", broken).error())
                .contains("not UTF-8");
        assertThat(running.post("/v2/models/say/infer", "application/json", broken).status())
                .isEqualTo(400);
    }

    @Test
    void brokenForms() {
        for (String body :
                List.of(
                        "",
                        "--XX",
                        "--XX--",
                        "--XX\r\n",
                        "--XX\r\n\r\nbody",
                        "--XX\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XX--",
                        "--XX\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nx",
                        "--YY\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nx\r\n--YY--",
                        "--XX\r\n" + "A: b\r\n".repeat(10_000) + "\r\nx\r\n--XX--",
                        "--XX\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nx\r\n"
                                        .repeat(40)
                                + "--XX--")) {
            Answer answer =
                    running.post(
                            "/flows/say",
                            "multipart/form-data; boundary=XX",
                            body.getBytes(StandardCharsets.UTF_8));
            assertThat(answer.status()).as(body).isEqualTo(400);
        }
        assertThat(running.post("/flows/say", "multipart/form-data", new byte[9]).status())
                .isEqualTo(400);
    }

    @Test
    void filesThatLie() {
        byte[] noise = "GIF87a, or so it says".getBytes(StandardCharsets.UTF_8);
        assertThat(running.post("/flows/invert", "image/png", noise).status()).isEqualTo(400);
        Answer bomb = running.post("/flows/invert", "image/png", hugePng());
        assertThat(bomb.status()).isEqualTo(400);
        assertThat(bomb.error()).contains("pixels");
        byte[] wav = SoundFiles.encodeWav(new Value.Audio(16000, new short[] {1, 2, 3}));
        ByteBuffer longWav = ByteBuffer.wrap(wav.clone()).order(ByteOrder.LITTLE_ENDIAN);
        longWav.putInt(4, 36 + 2 * 16000 * 7200).putInt(40, 2 * 16000 * 7200);
        Answer sound = running.post("/flows/amplify", "audio/wav", longWav.array());
        assertThat(sound.status()).isEqualTo(400);
        ByteBuffer wrongRate = ByteBuffer.wrap(wav.clone()).order(ByteOrder.LITTLE_ENDIAN);
        wrongRate.putInt(24, 3).putInt(28, 6);
        assertThat(running.post("/flows/amplify", "audio/wav", wrongRate.array()).error())
                .contains("3 Hz");
    }

    /// A PNG whose header says 10,000 x 10,000.
    private static byte[] hugePng() {
        byte[] header = "\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1);
        byte[] ihdr = new byte[17];
        ByteBuffer chunk = ByteBuffer.wrap(ihdr);
        chunk.put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(10_000).putInt(10_000);
        chunk.put((byte) 8).put((byte) 2);
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(ihdr);
        return ByteBuffer.allocate(200)
                .put(header)
                .putInt(13)
                .put(ihdr)
                .putInt((int) crc.getValue())
                .array();
    }

    @Test
    void tricklingHeadersAreCutOffWhileOthersAreServed() throws Exception {
        List<Thread> slow = new ArrayList<>();
        AtomicInteger cut = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            slow.add(
                    Thread.startVirtualThread(() -> {
                        try (Socket socket = Sockets.open(running.port())) {
                            Sockets.write(socket, "GET /v2 HTTP/1.1\r\nHost: localhost\r\n");
                            for (int n = 0; n < 600; n++) { // a minute, unless it is cut off
                                Sockets.write(socket, "X");
                                Thread.sleep(100);
                            }
                        } catch (SocketException e) {
                            cut.incrementAndGet();
                        } catch (IOException | InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    }));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(running.json("/flows/say", "{\"input\":\"x\"}").status()).isEqualTo(200);
        }
        await(() -> cut.get() == 20);
        for (Thread thread : slow) {
            thread.join();
        }
    }

    @Test
    void stalledAndTricklingBodiesAreCutOff() throws Exception {
        String head =
                "POST /flows/say HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                        + "Content-Length: 1000\r\n\r\nbegin";
        List<Socket> stalled = new ArrayList<>();
        for (int i = 0; i < 4 * REQUESTS; i++) {
            Socket socket = Sockets.open(running.port());
            Sockets.write(socket, head);
            stalled.add(socket);
        }
        // they hold no place of a request
        assertThat(running.json("/flows/say", "{\"input\":\"x\"}").status()).isEqualTo(200);
        for (Socket socket : stalled) {
            assertThat(firstLine(socket)).matches("(HTTP/1.1 408.*)?");
            socket.close();
        }
        int sent = 0;
        try (Socket socket = Sockets.open(running.port())) {
            Sockets.write(socket, head);
            while (sent++ < 600 && socket.getInputStream().available() == 0) {
                Sockets.write(socket, "x");
                Thread.sleep(100);
            }
            assertThat(firstLine(socket)).startsWith("HTTP/1.1 408");
        }
        assertThat(sent).isLessThan(600);
    }

    @Test
    void aCrowdOfIdleConnectionsKeepsNobodyOut() throws Exception {
        long files =
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean u
                        ? u.getMaxFileDescriptorCount()
                        : 0;
        assumeTrue(files > 12_000, "this process may open only " + files + " files");
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 10_000; i++) {
                idle.add(Sockets.open(running.port()));
                if (i % 1000 == 999) {
                    assertThat(
                                    Sockets.exchange(
                                            running.port(),
                                            "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                            .startsWith("HTTP/1.1 200");
                    await(() -> connections() <= CONNECTIONS);
                }
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    private int connections() {
        return running.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("lamina_connections "))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whoHangsUpIsNotComputedFor() throws Exception {
        String request =
                "POST /flows/wait HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                        + "Content-Length: 4\r\n\r\n9000";
        try (Socket socket = Sockets.open(running.port())) {
            Sockets.write(socket, request);
            await(() -> running.metrics.running() == 1);
        }
        // long before the nine seconds that the first one sleeps
        await(() -> running.metrics.running() == 0);
        assertThat(running.get("/metrics").text())
                .contains("{model=\"wait\",protocol=\"flows\",status=\"cancelled\"} 1.0");
    }

    @Test
    void pipelinedRequestsAreNotTakenForHangingUp() throws Exception {
        String body =
                "{\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"x\"]}]}";
        String one =
                "POST /v2/models/echo/infer HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body;
        try (Socket socket = Sockets.open(running.port())) {
            Sockets.write(socket, one.repeat(50));
            StringBuilder answers = new StringBuilder();
            byte[] chunk = new byte[8192];
            while (answers.toString().split("HTTP/1.1 200", -1).length < 51) {
                int read = socket.getInputStream().read(chunk);
                assertThat(read).isPositive();
                answers.append(new String(chunk, 0, read, StandardCharsets.ISO_8859_1));
            }
        }
    }

    @Test
    void beyondTheMostRequestsAreRefusedAtOnce() {
        List<CompletableFuture<Integer>> slow = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            slow.add(
                    CompletableFuture.supplyAsync(
                            () -> running.json("/v2/models/sleep/infer", sleep(1500)).status(),
                            Thread::startVirtualThread));
        }
        await(() -> running.metrics.running() == REQUESTS);
        Answer refused = running.json("/flows/say", "{\"input\":\"x\"}");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(running.get("/health/live").status()).isEqualTo(200);
        // one after the other they take longer than a request has, and some end at the deadline
        slow.forEach(answer -> assertThat(answer.join()).isIn(200, 504));
    }

    @Test
    void requestsLongerThanConnectionsMayIdleAreAnswered() {
        Answer answer = running.json("/v2/models/sleep/infer", sleep(3500));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private static String sleep(int millis) {
        return "{\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"%d\"]}]}"
                .formatted(millis);
    }

    @Test
    void brokenHttp() {
        for (String request :
                List.of(
                        "\u0016\u0003\u0001\u0002\u0000",
                        "GET / HTTP/9.9\r\n\r\n",
                        "GET /v2 HTTP/1.1\r\n\r\n",
                        "GET /" + "a".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                        "GET /v2/models/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                        "GET /v2/models/..%2f..%2fetc HTTP/1.1\r\nHost: localhost\r\n\r\n",
                        "POST /flows/say HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                        "POST /flows/say HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\nx")) {
            assertThat(Sockets.exchange(running.port(), request))
                    .matches("(?s)(HTTP/1.1 [45].*)?")
                    .doesNotContain("<html>");
        }
        String header = "GET /v2 HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(10_000) + "\r\n\r\n";
        assertThat(Sockets.exchange(running.port(), header))
                .startsWith("HTTP/1.1 431")
                .contains("Content-Type: application/json")
                .contains("{\"error\":\"")
                .contains("Maybe shorten them");
    }

    /// Many clients read no answer before all is sent.
    @Test
    void whoSendsTooMuchIsToldEvenIfItListensLate() throws Exception {
        try (Socket socket = Sockets.open(running.port())) {
            int length = 60 << 20;
            Sockets.write(
                    socket,
                    "POST /flows/say HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: "
                            + length
                            + "\r\n\r\n");
            byte[] chunk = new byte[1 << 20];
            for (int sent = 0; sent < length; sent += chunk.length) {
                socket.getOutputStream().write(chunk);
            }
            assertThat(firstLine(socket)).startsWith("HTTP/1.1 413");
        }
    }

    private static String firstLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        try {
            int c;
            while ((c = socket.getInputStream().read()) >= 0 && c != '\r') {
                line.append((char) c);
            }
        } catch (SocketException e) {
            return "";
        }
        return line.toString();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("thirty seconds").isLessThan(end);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
