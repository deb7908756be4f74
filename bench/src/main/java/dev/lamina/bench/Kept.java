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
    /// A piece: what is kept of it, or what `make` gives, which is then kept. Nothing is kept of
    /// null.
    <T> @Nullable T getOrStop(String name, Class<T> type, Supplier<@Nullable T> make) {
        Path file = directory.resolve(file(name) + ".json");
        if (Files.exists(file)) {
            return JsonMapper.shared().readValue(file, type);
        }
        T made = make.get();
        if (made != null) {
            AtomicFiles.writeString(file, JsonMapper.shared().writeValueAsString(made) + "\n");
        }
        return made;
    }

    /// A name that a file can have.
    static String file(String name) {
        return name.replace("+", "-plus").replaceAll("[^a-z0-9.-]+", "-");
    }
}
