package dev.lamina.csi;

import dev.lamina.fuzz.Mutations;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The targets of the `fuzz` profile on a few thousand damaged files: nothing but bad input comes
/// of them.
class MutationTest {
    private static final int INPUTS = 2000;
    private static final Mutations MUTATIONS = new Mutations("'(),");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void npy(long seed) {
        MUTATIONS.run(seed, INPUTS, NpyFuzz.seeds(), NpyFuzz::fuzzerTestOneInput);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void npz(long seed) {
        MUTATIONS.run(seed, INPUTS / 10, NpzFuzz.seeds(), NpzFuzz::fuzzerTestOneInput);
    }

    /// The parser is jHDF's.
    @ParameterizedTest
    @ValueSource(strings = {"contiguous.h5", "gzip.h5", "lzf.h5", "newest.h5", "matlab.h5"})
    void hdf5(String name) {
        MUTATIONS.run(
                1,
                INPUTS / 10,
                List.of(Hdf5FileTest.fixture(name)),
                input -> NpzFuzz.Fuzzed.read(".h5", input, path -> Hdf5File.read(path, false)));
    }
}
