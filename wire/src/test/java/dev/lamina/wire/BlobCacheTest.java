package dev.lamina.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobCacheTest {
    @TempDir Path temp;

    private final byte[] content = BlobFixture.random(7, 100_003);
    private Path directory = Path.of("");
    private BlobId id = new BlobId("0".repeat(64), 0);
    private BlobCache cache = new BlobCache(directory);

    @BeforeEach
    void prepare() throws IOException {
        directory = temp.resolve("cache");
        id = BlobFixture.id(temp.resolve("content"), content);
        cache = new BlobCache(directory);
    }

    @Test
    void whatWasPutCanBeHad() throws IOException {
        assertThat(cache.get(id)).isNull();
        assertThat(cache.held(id)).isZero();
        Path file = cache.put(id, new BlobFixture.Given(content));
        assertThat(file).isEqualTo(directory.resolve(id.sha256())).hasBinaryContent(content);
        assertThat(cache.get(id)).isEqualTo(file);
        assertThat(new BlobCache(directory).get(id)).isEqualTo(file);
        assertThat(cache.held(id)).isEqualTo(content.length);
        assertThat(parts()).isEmpty();
        BlobFixture.Given unused = new BlobFixture.Given(content);
        assertThat(cache.put(id, unused)).isEqualTo(file);
        assertThat(unused.offsets).isEmpty();
    }

    @Test
    void anEmptyContentNeedsNoSource() throws IOException {
        BlobId empty = BlobFixture.id(temp.resolve("empty"), new byte[0]);
        assertThat(cache.put(empty, new BlobFixture.Given(content))).isEmptyFile();
        assertThat(cache.get(empty)).isNotNull();
    }

    @Test
    void anInterruptedDownloadGoesOnWhereItStopped() throws IOException {
        BlobFixture.Given broken = new BlobFixture.Given(content, 40_000);
        assertThatThrownBy(() -> cache.put(id, broken))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("line broken");
        assertThat(cache.get(id)).isNull();
        BlobCache afterRestart = new BlobCache(directory);
        assertThat(afterRestart.held(id)).isEqualTo(40_000);
        BlobFixture.Given rest = new BlobFixture.Given(content);
        assertThat(afterRestart.put(id, rest)).hasBinaryContent(content);
        assertThat(rest.offsets).containsExactly(40_000L);
    }

    @Test
    void aSourceThatEndsTooEarlyIsNoDownload() {
        byte[] half = Arrays.copyOf(content, 50_000);
        assertThatThrownBy(() -> cache.put(id, new BlobFixture.Given(half)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("ended after 50000 of 100003");
        assertThat(cache.held(id)).isEqualTo(50_000);
    }

    @Test
    void aDownloadThatWasCompleteButForItsNameNeedsNoSource() throws IOException {
        part(content);
        BlobFixture.Given unused = new BlobFixture.Given(content);
        assertThat(cache.put(id, unused)).hasBinaryContent(content);
        assertThat(unused.offsets).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 100_003, 100_004})
    void aDamagedPartIsFetchedAfresh(int length) throws IOException {
        part(new byte[length]);
        assertThat(cache.put(id, new BlobFixture.Given(content))).hasBinaryContent(content);
    }

    @Test
    void wrongContentIsRefusedAndRemoved() throws IOException {
        byte[] wrong = content.clone();
        wrong[99_999] ^= 1;
        refused(wrong, "has another SHA-256");
        part(Arrays.copyOf(wrong, 5000));
        refused(wrong, "has another SHA-256");
    }

    @Test
    void overlongContentIsRefusedAndNeverWritten() throws IOException {
        AtomicInteger most = new AtomicInteger();
        byte[] longer = Arrays.copyOf(content, content.length + 1);
        BlobCache.Source source =
                (sha256, offset, sink) ->
                        new BlobFixture.Given(longer)
                                .read(
                                        sha256,
                                        offset,
                                        bytes -> {
                                            try {
                                                sink.write(bytes);
                                            } finally {
                                                most.set((int) Files.size(parts().getFirst()));
                                            }
                                        });
        assertThatThrownBy(() -> cache.put(id, source))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("more bytes came than the 100003");
        assertThat(most.get()).isLessThanOrEqualTo(content.length).isPositive();
        assertThat(parts()).isEmpty();
        assertThat(cache.get(id)).isNull();
        BlobCache.Source deaf =
                (sha256, offset, sink) -> {
                    for (int i = 0; i < 3; i++) {
                        try {
                            sink.write(ByteBuffer.wrap(longer));
                        } catch (BadInputException e) {
                            assertThat(e).hasMessageContaining("more bytes");
                        }
                    }
                    sink.write(ByteBuffer.wrap(content));
                };
        assertThatThrownBy(() -> cache.put(id, deaf)).isInstanceOf(BadInputException.class);
        assertThat(parts()).isEmpty();
    }

    @Test
    void aDamagedFileIsDeletedAndCountsAsAbsent() throws IOException {
        Path file = cache.put(id, new BlobFixture.Given(content));
        byte[] damaged = content.clone();
        damaged[5] ^= 1;
        Files.write(file, damaged);
        assertThat(new BlobCache(directory).get(id)).isNull();
        assertThat(file).doesNotExist();
        cache.put(id, new BlobFixture.Given(content));
        Files.write(file, Arrays.copyOf(content, 10));
        assertThat(cache.get(id)).isNull();
        assertThat(file).doesNotExist();
    }

    @Test
    void ofManyThatWantTheSameOneDownloads() throws Exception {
        int threads = 6;
        AtomicInteger downloads = new AtomicInteger();
        CountDownLatch ready = new CountDownLatch(threads);
        BlobCache.Source counted =
                (sha256, offset, sink) -> {
                    downloads.incrementAndGet();
                    new BlobFixture.Given(content).read(sha256, offset, sink);
                };
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<Path>> files = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                files.add(
                        executor.submit(() -> {
                            ready.countDown();
                            ready.await();
                            return new BlobCache(directory).put(id, counted);
                        }));
            }
            for (Future<Path> file : files) {
                assertThat(file.get()).hasBinaryContent(content);
            }
        }
        assertThat(downloads).hasValue(1);
    }

    @Test
    void theDefaultFolderIsTheUsersCache() {
        assertThat(BlobCache.defaultDirectory("/var/cache", "/home/u"))
                .isEqualTo(Path.of("/var/cache/lamina"));
        assertThat(BlobCache.defaultDirectory(null, "/home/u"))
                .isEqualTo(Path.of("/home/u/.cache/lamina"));
        assertThat(BlobCache.defaultDirectory("", "/home/u"))
                .isEqualTo(Path.of("/home/u/.cache/lamina"));
        assertThat(BlobCache.defaultDirectory("relative", "/home/u"))
                .isEqualTo(Path.of("/home/u/.cache/lamina"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "../../../../etc/passwd", "G", "A"})
    void anIdIsAHashInLowerCase(String start) {
        String sha256 = start.length() == 1 ? start.repeat(64) : start; // letters outside 0-9a-f
        assertThatThrownBy(() -> new BlobId(sha256, 1)).isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> new BlobId("a".repeat(64), -1))
                .isInstanceOf(BadInputException.class);
    }

    private void refused(byte[] wrong, String message) throws IOException {
        assertThatThrownBy(() -> cache.put(id, new BlobFixture.Given(wrong)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("Maybe ");
        assertThat(parts()).isEmpty();
        assertThat(cache.get(id)).isNull();
        assertThat(cache.held(id)).isZero();
    }

    private void part(byte[] bytes) throws IOException {
        Files.createDirectories(directory);
        Files.write(directory.resolve(".part-" + id.sha256()), bytes);
    }

    private List<Path> parts() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().startsWith(".part")).toList();
        }
    }
}
