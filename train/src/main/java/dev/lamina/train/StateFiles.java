package dev.lamina.train;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.SafeTensorsFile;
import dev.lamina.nn.SafeTensorsWriter;
import dev.lamina.wire.BlobId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// States of one writer in a directory, as safetensors files that prove themselves:
/// `PREFIX-NUMBER-HASH.safetensors`, where HASH is the beginning of the SHA-256 of the content. The
/// newest two are kept, so that one damaged file (a bad sector, a copy cut short) costs the steps
/// since the one before it and not the run.
///
/// For each prefix in a directory there is one writer at a time.
final class StateFiles {
    private static final String JSON = "state";
    private static final int KEPT = 2;
    private static final int HASH_DIGITS = 16;

    private final Path directory;
    private final String prefix;
    private final Consumer<String> warnings;
    private final Pattern draft;
    private final Pattern name;

    /// What a file holds.
    ///
    /// @param number that it was saved under
    /// @param tensors by name
    /// @param json everything else
    record Stored(long number, Map<String, FloatTensor> tensors, String json) {}

    private record StateFile(Path path, long number, String hash, FileTime written) {}

    /// @param directory need not exist before the first save
    /// @param prefix tells these files from others in the directory
    /// @param warnings is given a sentence for each damaged file
    StateFiles(Path directory, String prefix, Consumer<String> warnings) {
        this.directory = directory;
        this.prefix = prefix;
        this.warnings = warnings;
        String begin = Pattern.quote(prefix) + "-([0-9]{9,18})";
        draft = Pattern.compile(begin);
        name = Pattern.compile(begin + "-([0-9a-f]{16})\\.safetensors");
    }

    /// Stores a state. When it is on disk under its final name, all but the newest two numbers are
    /// deleted: older ones, another content of the same number, and higher numbers, which a run
    /// that went back to an earlier state has given up; so are the temporary files that killed
    /// processes left.
    ///
    /// @param number of this state, higher than those before it, not negative
    /// @throws UncheckedIOException if it cannot be written; the states before it are then
    ///   untouched
    void save(long number, Map<String, FloatTensor> tensors, String json) {
        if (number < 0) {
            throw new IllegalArgumentException("state number " + number + " is negative");
        }
        String begin = String.format(Locale.ROOT, "%s-%09d", prefix, number);
        Path saved =
                AtomicFiles.writeNamed(
                        directory.resolve(begin),
                        temporary -> SafeTensorsWriter.fill(temporary, tensors, Map.of(JSON, json)),
                        complete -> begin + "-" + hash(complete) + ".safetensors");
        AtomicFiles.deleteAbandoned(directory, file -> draft.matcher(file).matches());
        List<Long> kept = new ArrayList<>(List.of(number));
        for (StateFile file : newestFirst()) {
            boolean older = file.number() < number && !kept.contains(file.number());
            if (older && kept.size() < KEPT) {
                kept.add(file.number());
            } else if (!file.path().getFileName().equals(saved.getFileName())) {
                AtomicFiles.deleteTree(file.path());
            }
        }
    }

    /// The newest state whose content is what was saved; null if there is none. Each damaged file
    /// that is newer costs a warning.
    @Nullable Stored newest() {
        return firstSound(newestFirst());
    }

    /// The state of this number; null if there is none, or it is damaged, which costs a warning.
    @Nullable Stored at(long number) {
        return firstSound(newestFirst().stream().filter(f -> f.number() == number).toList());
    }

    /// The newest sound state of a lower number; null if there is none.
    @Nullable Stored before(long number) {
        return firstSound(newestFirst().stream().filter(f -> f.number() < number).toList());
    }

    /// Whether no state was ever saved here, not even one that is damaged now.
    boolean isEmpty() {
        return newestFirst().isEmpty();
    }

    private @Nullable Stored firstSound(List<StateFile> files) {
        for (StateFile file : files) {
            try {
                if (hash(file.path()).equals(file.hash())) {
                    return read(file);
                }
                warn(file, "its content is not what was saved");
            } catch (IOException | UncheckedIOException | BadInputException e) {
                warn(file, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            }
        }
        return null;
    }

    private void warn(StateFile file, String problem) {
        warnings.accept("%s is damaged and left out: %s".formatted(file.path(), problem));
    }

    private static Stored read(StateFile file) {
        try (SafeTensorsFile in = SafeTensorsFile.open(file.path())) {
            Map<String, FloatTensor> tensors = new LinkedHashMap<>();
            for (String tensor : in.names()) {
                tensors.put(tensor, in.read(tensor));
            }
            return new Stored(file.number(), tensors, in.metadata().getOrDefault(JSON, ""));
        }
    }

    /// By number, then by the time they were written.
    private List<StateFile> newestFirst() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<StateFile> files = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                Matcher parts = name.matcher(String.valueOf(entry.getFileName()));
                if (parts.matches()) {
                    files.add(
                            new StateFile(
                                    entry,
                                    Long.parseLong(parts.group(1)),
                                    parts.group(2),
                                    Files.getLastModifiedTime(entry)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory + ": " + e.getMessage(), e);
        }
        files.sort(
                Comparator.comparingLong(StateFile::number)
                        .thenComparing(StateFile::written)
                        .reversed());
        return files;
    }

    private static String hash(Path file) throws IOException {
        return BlobId.of(file).sha256().substring(0, HASH_DIGITS);
    }
}
