package dev.lamina.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobCacheIT {
    @TempDir Path temp;

    /// Other devices on the machine: each in a process of its own, each breaking off now and then.
    @Test
    void processesShareAFolder() throws Exception {
        byte[] content = BlobFixture.random(7, 100_003);
        Path file = temp.resolve("content");
        Path directory = temp.resolve("cache");
        BlobId id = BlobFixture.id(file, content);
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xmx64m",
                                    "-cp",
                                    System.getProperty(
                                            "surefire.test.class.path",
                                            System.getProperty("java.class.path")),
                                    Another.class.getName(),
                                    directory.toString(),
                                    file.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(temp.resolve("out" + i).toFile())
                            .start());
        }
        for (int i = 0; i < processes.size(); i++) {
            Process process = processes.get(i);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(temp.resolve("out" + i))).isEmpty();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(new BlobCache(directory).get(id)).hasBinaryContent(content);
    }

    /// Another process's main class.
    static final class Another {
        private Another() {}

        public static void main(String[] args) throws IOException {
            Path file = Path.of(args[1]);
            byte[] content = Files.readAllBytes(file);
            BlobId id = BlobId.of(file);
            for (int i = 0; i < 25; i++) {
                BlobCache cache = new BlobCache(Path.of(args[0]));
                try {
                    Path got = cache.put(id, new BlobFixture.Given(content, 5000L * (i + 1)));
                    if (!Arrays.equals(Files.readAllBytes(got), content)) {
                        throw new IllegalStateException("corrupt");
                    }
                } catch (UncheckedIOException e) {
                    if (!String.valueOf(e.getMessage()).contains("line broken")) {
                        throw e;
                    }
                }
            }
            if (new BlobCache(Path.of(args[0])).get(id) == null) {
                throw new IllegalStateException("absent");
            }
        }
    }
}
