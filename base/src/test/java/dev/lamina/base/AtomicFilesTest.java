package dev.lamina.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir Path temp;

    @Test
    void aFileAppearsWholeAndReplacesTheOldOne() throws IOException {
        Path file = temp.resolve("new/folder/file.txt");
        AtomicFiles.writeString(file, "one");
        AtomicFiles.writeString(file, "two");
        assertThat(file).hasContent("two");
        assertThat(names(temp.resolve("new/folder"))).containsExactly("file.txt");
    }

    @Test
    void aFillerThatFailsLeavesTheOldContentAndNothingElse() throws IOException {
        Path file = temp.resolve("file.txt");
        AtomicFiles.writeString(file, "old");
        assertThatThrownBy(() ->
                        AtomicFiles.write(
                                file,
                                temporary -> {
                                    Files.writeString(temporary, "half");
                                    throw new IOException("No space left on device");
                                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("file.txt")
                .hasMessageContaining("No space left");
        assertThat(file).hasContent("old");
        assertThat(names(temp)).containsExactly("file.txt");
    }

    @Test
    void aDirectoryAppearsWholeOrNotAtAll() throws IOException {
        Path directory = temp.resolve("directory");
        AtomicFiles.writeDirectory(
                directory, temporary -> Files.writeString(temporary.resolve("a"), "1"));
        assertThatThrownBy(() ->
                        AtomicFiles.writeDirectory(
                                directory,
                                temporary -> {
                                    Files.writeString(temporary.resolve("b"), "2");
                                    throw new IOException("broken");
                                }))
                .hasMessageContaining("broken");
        assertThat(names(directory)).containsExactly("a");
        AtomicFiles.writeDirectory(
                directory, temporary -> Files.writeString(temporary.resolve("c"), "3"));
        assertThat(names(directory)).containsExactly("c");
        assertThat(names(temp)).containsExactly("directory");
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }
}
