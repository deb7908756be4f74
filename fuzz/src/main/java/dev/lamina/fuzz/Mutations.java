package dev.lamina.fuzz;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.lamina.base.Seeds;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Damages valid inputs: flips bits, writes bytes at which parsers turn, cuts, doubles parts or
/// leaves them out.
public final class Mutations {
    private final byte[] edges;

    /// @param signs of the format's syntax
    public Mutations(String signs) {
        byte[] always = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff};
        byte[] syntax = (signs + "09-").getBytes(StandardCharsets.ISO_8859_1);
        edges = Arrays.copyOf(always, always.length + syntax.length);
        System.arraycopy(syntax, 0, edges, always.length, syntax.length);
    }

    /// Gives a target the valid inputs, and as many damaged ones; nothing may come of them.
    ///
    /// @param valid what they are made from
    public void run(long seed, int inputs, List<byte[]> valid, Consumer<byte[]> target) {
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

    private byte[] mutate(byte[] input, List<byte[]> valid, RandomGenerator random) {
        if (input.length == 0) {
            return pick(valid, random);
        }
        byte[] bytes = input.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = edges[random.nextInt(edges.length)];
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
