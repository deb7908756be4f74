package dev.lamina.bench;

import dev.lamina.base.AtomicFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// An experiment's pieces, kept as they are done in a file each: an interrupted experiment does not
/// do them again.
record Kept(Path directory) {
    /// A piece: what is kept of it, or what `make` gives, which is then kept.
    <T> T get(String name, Class<T> type, Supplier<T> make) {
        T there = read(name, type);
        if (there != null) {
            return there;
        }
        T made = make.get();
        write(name, made);
        return made;
    }

    /// Likewise of work that may be asked to stop: it then gives null, and nothing is kept.
    <T> @Nullable T getOrStop(String name, Class<T> type, Supplier<@Nullable T> make) {
        T there = read(name, type);
        if (there != null) {
            return there;
        }
        T made = make.get();
        if (made != null) {
            write(name, made);
        }
        return made;
    }

    private <T> @Nullable T read(String name, Class<T> type) {
        Path file = path(name);
        return Files.exists(file) ? JsonMapper.shared().readValue(file, type) : null;
    }

    private void write(String name, Object made) {
        AtomicFiles.writeString(path(name), JsonMapper.shared().writeValueAsString(made) + "\n");
    }

    private Path path(String name) {
        return directory.resolve(file(name) + ".json");
    }

    /// A name that a file can have.
    static String file(String name) {
        return name.replace("+", "-plus").replaceAll("[^a-z0-9.-]+", "-");
    }
}
