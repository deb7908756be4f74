package dev.lamina.app;

import dev.lamina.air.Federation;
import dev.lamina.base.BadInputException;
import dev.lamina.fed.Roster;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.SafeTensorsFile;
import dev.lamina.nn.SafeTensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What `predict train` keeps after each round beside the directory to come: the state of the
/// federation, and with which settings it came to be.
final class PredictorCheckpoint {
    private static final String SETTINGS = "settings";
    private static final String ROUNDS = "rounds";
    private static final String ROSTER = "roster";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path file;
    private final String settings;

    /// @param directory where the trained predictor will be
    /// @param settings all that the result depends on
    PredictorCheckpoint(Path directory, String settings) {
        Path absolute = directory.toAbsolutePath().normalize();
        this.file = absolute.resolveSibling(absolute.getFileName() + ".checkpoint.safetensors");
        this.settings = settings;
    }

    /// Fails if there is none to resume, or one that a fresh start would overwrite.
    void check(boolean goOn) {
        boolean exists = Files.isRegularFile(file);
        BadInputException.check(
                exists || !goOn,
                "--continue: there is no " + file,
                "nothing was saved; leave --continue out.");
        BadInputException.check(
                !exists || goOn,
                file + " has what an earlier run saved",
                "go on with --continue, or remove it.");
    }

    /// @param roster of servers that are other processes; null if they are in this one
    void save(
            Federation<?> federation,
            List<Federation.RoundReport> rounds,
            @Nullable Roster roster) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(SETTINGS, settings);
        metadata.put(ROUNDS, JSON.writeValueAsString(rounds));
        if (roster != null) {
            metadata.put(ROSTER, JSON.writeValueAsString(roster));
        }
        SafeTensorsWriter.write(file, federation.state(), metadata);
    }

    /// Who took part.
    @Nullable Roster roster() {
        try (SafeTensorsFile saved = SafeTensorsFile.open(file)) {
            String roster = saved.metadata().get(ROSTER);
            return roster == null ? null : JSON.readValue(roster, Roster.class);
        } catch (JacksonException e) {
            throw broken(e);
        }
    }

    private BadInputException broken(JacksonException e) {
        return new BadInputException(
                file + ": " + e.getOriginalMessage(), "it is broken: remove it.");
    }

    /// Brings a federation to where it was.
    ///
    /// @return the rounds that were done
    List<Federation.RoundReport> restore(Federation<?> federation) {
        try (SafeTensorsFile saved = SafeTensorsFile.open(file)) {
            String before = saved.metadata().getOrDefault(SETTINGS, "");
            BadInputException.check(
                    before.equals(settings),
                    file + " was made with " + before + ", not with " + settings,
                    "give the flags of the run that was interrupted.");
            Map<String, FloatTensor> state = new LinkedHashMap<>();
            for (String name : saved.names()) {
                state.put(name, saved.read(name));
            }
            federation.restore(state);
            return List.of(
                    JSON.readValue(
                            Objects.requireNonNull(saved.metadata().get(ROUNDS)),
                            Federation.RoundReport[].class));
        } catch (JacksonException e) {
            throw broken(e);
        }
    }

    void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
