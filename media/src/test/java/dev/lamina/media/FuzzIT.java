package dev.lamina.media;

import dev.lamina.fuzz.Jazzer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each fuzz target under [Jazzer].
@EnabledIfSystemProperty(
        named = "lamina.fuzz.seconds",
        matches = "\\d+",
        disabledReason = "runs with -Pfuzz")
class FuzzIT {
    static List<Arguments> targets() {
        return List.of(
                Arguments.of(ImageFuzz.class, ImageFuzz.seeds()),
                Arguments.of(WavFuzz.class, WavFuzz.seeds()));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void nothingButBadInputEscapes(Class<?> target, List<byte[]> seeds)
            throws IOException, InterruptedException {
        Jazzer.run(target, seeds);
    }
}
