package dev.lamina.csi;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.lamina.base.Seeds;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The targets of the `fuzz` profile on a few thousand damaged files: nothing but bad input comes
/// of them.
class MutationTest {
    private static final int INPUTS = 2000;
    private static final byte[] EDGES = {
        0, 1, 0x7f, (byte) 0x80, (byte) 0xff, '\'', '(', ')', ',', '0', '9', '-'
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void npy(long seed) {
        run(seed, INPUTS, NpyFuzz.seeds(), NpyFuzz::fuzzerTestOneInput);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void npz(long seed) {
        run(seed, INPUTS / 10, NpzFuzz.seeds(), NpzFuzz::fuzzerTestOneInput);
    }

    /// The parser is jHDF's.
    @ParameterizedTest
    @ValueSource(strings = {"contiguous.h5", "gzip.h5", "lzf.h5", "newest.h5", "matlab.h5"})
    void hdf5(String name) {
        run(
                1,
                INPUTS / 10,
                List.of(Hdf5FileTest.fixture(name)),
                input -> NpzFuzz.Fuzzed.read(".h5", input, path -> Hdf5File.read(path, false)));
    }

    private static void run(long seed, int inputs, List<byte[]> valid, Consumer<byte[]> target) {
        valid.forEach(target);
        for (int i = 0; i < inputs; i++) {
            RandomGenerator random = Seeds.stream(seed, "mutation", i);
            byte[] input = pick(valid, random);
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                input = mutate(input, valid, random);
            }
            byte[] mutated = input;
            assertThatCode(() -> target.accept(mutated))
                    .as("seed %d, input %d: %s", seed, i, HexFormat.of().formatHex(mutated))
                    .doesNotThrowAnyException();
        }
    }

    private static byte[] mutate(byte[] input, List<byte[]> valid, RandomGenerator random) {
        if (input.length == 0) {
            return pick(valid, random);
        }
        byte[] bytes = input.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = EDGES[random.nextInt(EDGES.length)];
            case 2 -> bytes = Arrays.copyOf(bytes, at);
            case 3 -> bytes = splice(bytes, at, pick(valid, random), random);
            default -> bytes = splice(bytes, at, bytes, random);
        }
        return bytes;
    }

    /// The beginning of one file and the end of another, or of itself: parts are doubled or left
    /// out.
    private static byte[] splice(byte[] head, int at, byte[] tail, RandomGenerator random) {
        int from = random.nextInt(tail.length);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(head, 0, at);
        out.write(tail, from, tail.length - from);
        return out.toByteArray();
    }

    private static byte[] pick(List<byte[]> valid, RandomGenerator random) {
        return valid.get(random.nextInt(valid.size()));
    }
}
