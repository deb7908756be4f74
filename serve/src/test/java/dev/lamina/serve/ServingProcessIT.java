package dev.lamina.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What a process loads that serves text, and what it says where ONNX Runtime would end it.
@EnabledOnOs(value = OS.LINUX, disabledReason = "looks into /proc")
class ServingProcessIT {
    private static final String LIBRARY = "libonnxruntime";

    /// Embeds a text, and prints which libraries are there then.
    static final class Embed {
        public static void main(String[] args) throws IOException {
            try (TextServices services = new TextServices()) {
                var vector =
                        TextServices.run(
                                        TextServices.texts(List.of("the cat sits on the mat")),
                                        services.load("text-embedding", "model", "minilm"),
                                        services.load("backbone", "model", "minilm"),
                                        services.load("pooling", "model", "minilm"))
                                .getFirst();
                System.out.println(vector.get("vector"));
            }
            try (var maps = Files.lines(Path.of("/proc/self/maps"))) {
                maps.filter(line -> line.contains(".so")).forEach(System.out::println);
            }
        }
    }

    @Test
    void neverLoadsTheTrainingEngine() throws Exception {
        assertThat(run())
                .contains("FloatTensor[384]")
                .contains(LIBRARY)
                .doesNotContain("libtorch")
                .doesNotContain("libc10");
    }

    @Test
    void refusesACommandLineThatOnnxRuntimeWouldDieOf() throws Exception {
        assertThat(run("-Dlong=" + "x".repeat(5000)))
                .contains("BadInputException")
                .contains("has a command line of")
                .contains("CLASSPATH")
                .doesNotContain("SIGSEGV");
    }

    private static String run(String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dai.djl.offline=true"));
        command.addAll(List.of(flags));
        command.add(Embed.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
