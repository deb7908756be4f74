package dev.lamina.csi;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Any bytes as a `.npz` file, and as the arrays in a sound one: they are read, or refused as bad
/// input.
public final class NpzFuzz {
    private static final List<String> NAMES = List.of("h.npy", "re.npy", "im.npy", "speed_kmh.npy");

    private NpzFuzz() {}

    /// Called by Jazzer and by [MutationTest].
    public static void fuzzerTestOneInput(byte[] input) {
        Fuzzed.read(".npz", input, NpzFile::read);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (String name : NAMES) {
            entries.put(name, input);
            Fuzzed.read(".npz", NpzFileTest.zip(entries.size() % 2 == 0, entries), NpzFile::read);
        }
    }

    static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>(NpyFuzz.seeds());
        byte[] h = seeds.getFirst();
        String two = "'fortran_order': False, 'shape': (2,), }";
        byte[] label = TestCsi.npy(1, "<f4", two, TestCsi.floats(30.5, 60));
        String parts = "'fortran_order': False, 'shape': (2, 1, 1), }";
        byte[] part = TestCsi.npy(1, "<f2", parts, TestCsi.halfs(1, 2));
        seeds.add(NpzFileTest.zip(true, Map.of("h.npy", h, "speed_kmh.npy", label)));
        seeds.add(NpzFileTest.zip(false, Map.of("h.npy", h)));
        seeds.add(NpzFileTest.zip(true, Map.of("re.npy", part, "im.npy", part)));
        return seeds;
    }

    /// Input as a file, for readers that take nothing else.
    static final class Fuzzed {
        private Fuzzed() {}

        /// What reads the file, which may refuse it.
        @FunctionalInterface
        interface Reader {
            Object read(Path path);
        }

        static void read(String extension, byte[] input, Reader reader) {
            try {
                Path file = Files.createTempFile("fuzz", extension);
                try {
                    reader.read(Files.write(file, input));
                } catch (BadInputException e) {
                    // As it should be.
                } finally {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
