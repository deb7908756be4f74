package dev.lamina.media;

import dev.lamina.fuzz.Mutations;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The targets of the `fuzz` profile on a few thousand damaged files: nothing but bad input comes
/// of them.
class MutationTest {
    private static final int INPUTS = 2000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void pictures(long seed) {
        new Mutations("\u00d8\u00da\u00c0,!;")
                .run(seed, INPUTS, ImageFuzz.seeds(), ImageFuzz::fuzzerTestOneInput);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void sounds(long seed) {
        new Mutations("fdR").run(seed, INPUTS, WavFuzz.seeds(), WavFuzz::fuzzerTestOneInput);
    }
}
