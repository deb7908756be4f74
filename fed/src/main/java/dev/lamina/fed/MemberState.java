package dev.lamina.fed;

import dev.lamina.base.AtomicFiles;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.SafeTensorsFile;
import dev.lamina.nn.SafeTensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What an edge server keeps of one federation: its state after its last round, and the one before
/// that, for the day that who leads does not count the last one. Each is a file, named after the
/// passes that it has behind it.
final class MemberState {
    private static final String PREFIX = "passes-";
    private static final String SUFFIX = ".safetensors";

    private final Path directory;

    /// @param directory of this federation alone; made when there is something to keep
    MemberState(Path directory) {
        this.directory = directory;
    }

    /// Keeps a state, and of the others only the one that it came from.
    void save(int before, int passes, Map<String, FloatTensor> state) {
        try {
            Files.createDirectories(directory);
            SafeTensorsWriter.write(file(passes), state, Map.of());
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    if (isState(file) && !file.equals(file(passes)) && !file.equals(file(before))) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot keep the state in " + directory + ": " + e.getMessage(), e);
        }
    }

    /// The state after so many passes; null if it is not here.
    @Nullable SequencedMap<String, FloatTensor> load(int passes) {
        if (!Files.isRegularFile(file(passes))) {
            return null;
        }
        try (SafeTensorsFile file = SafeTensorsFile.open(file(passes))) {
            SequencedMap<String, FloatTensor> state = new LinkedHashMap<>();
            file.names().forEach(name -> state.put(name, file.read(name)));
            return state;
        }
    }

    /// The federation is over.
    void remove() {
        AtomicFiles.deleteTree(directory);
    }

    private Path file(int passes) {
        return directory.resolve(PREFIX + passes + SUFFIX);
    }

    private static boolean isState(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
    }
}
