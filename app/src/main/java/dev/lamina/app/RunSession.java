package dev.lamina.app;

import dev.lamina.app.RunRecord.Status;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A run's line in the run store. A store that cannot be used costs a warning, never the run.
final class RunSession {
    private final Context context;
    private final String command;
    private final Path directory;
    private final Map<String, ?> spec;
    private long id = -1;

    RunSession(Context context, String command, Path directory, Map<String, ?> spec) {
        this.context = context;
        this.command = command;
        this.directory = directory;
        this.spec = spec;
    }

    /// The input has proved good, work begins.
    void begin() {
        withStore(store -> id = store.begin(command, directory, context.clock().instant(), spec));
    }

    /// Notes the end; nothing if the run never began.
    ///
    /// @param result of which the single numbers are kept; null if there is none
    void end(Status status, @Nullable Object result) {
        if (id >= 0) {
            Map<String, Object> metrics = result == null ? Map.of() : metrics(result);
            withStore(store -> store.end(id, status, context.clock().instant(), metrics));
        }
    }

    private static Map<String, Object> metrics(Object result) {
        Map<String, Object> metrics = new LinkedHashMap<>();
        Json.map(result)
                .forEach((key, value) -> {
                    if (value instanceof Number) {
                        metrics.put(key, value);
                    }
                });
        return metrics;
    }

    private void withStore(Consumer<RunStore> use) {
        try (RunStore store = new RunStore(context.runs())) {
            use.accept(store);
        } catch (UncheckedIOException e) {
            context.err()
                    .println("warning: this run is missing in 'lamina runs': " + e.getMessage());
        }
    }
}
