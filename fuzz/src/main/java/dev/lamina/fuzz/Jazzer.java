package dev.lamina.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A fuzz target under Jazzer, in a JVM of its own, for as long as the `fuzz` profile says. Inputs
/// that break a target are left in `target/fuzz`: add them to its seeds.
public final class Jazzer {
    private static final Path FOLDER = Path.of("target", "fuzz").toAbsolutePath();

    private Jazzer() {}

    /// Runs a target; fails if anything comes of an input.
    ///
    /// @param type has a static method `fuzzerTestOneInput(byte[])`
    /// @param seeds inputs to begin with
    public static void run(Class<?> type, List<byte[]> seeds)
            throws IOException, InterruptedException {
        String target = type.getSimpleName();
        Path corpus = corpus(target, seeds);
        Path log = FOLDER.resolve(target + ".log");
        int exit =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m", // so that an allocation that no input of 4 kB justifies
                                // is found
                                "-ea",
                                "-classpath",
                                System.getProperty("java.class.path"),
                                "com.code_intelligence.jazzer.Jazzer",
                                "--target_class=" + type.getName(),
                                "--reproducer_path=" + FOLDER,
                                "-artifact_prefix=" + FOLDER.resolve(target) + "-",
                                "-max_total_time=" + System.getProperty("lamina.fuzz.seconds"),
                                "-print_final_stats=1",
                                corpus.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start()
                        .waitFor();

        String output = Files.readString(log);
        assertThat(exit)
                .as("%s, see %s:%n%s", target, log, output.lines().filter(Jazzer::tells).toList())
                .isZero();
        System.out.println(
                target + ": " + output.lines().filter(line -> line.startsWith("stat::")).toList());
    }

    private static boolean tells(String line) {
        return line.startsWith("== ")
                || line.contains("Exception")
                || line.contains("Error")
                || line.contains("\tat ");
    }

    private static Path corpus(String target, List<byte[]> seeds) throws IOException {
        Path corpus = Files.createDirectories(FOLDER.resolve(target));
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(corpus.resolve("seed-" + i), seeds.get(i));
        }
        return corpus;
    }
}
