package dev.lamina.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
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

    @Test
    void twoWritersOfOneTargetDoNotMeet() throws IOException {
        Path file = temp.resolve("file.txt");
        AtomicFiles.write(
                file,
                outer -> {
                    AtomicFiles.writeString(file, "inner");
                    Files.writeString(outer, "outer");
                });
        assertThat(file).hasContent("outer");
        assertThat(names(temp)).containsExactly("file.txt");
    }

    @Test
    void aFileIsNamedAfterItsContent() throws IOException {
        Path file =
                AtomicFiles.writeNamed(
                        temp.resolve("draft"),
                        temporary -> Files.writeString(temporary, "blue"),
                        complete -> Files.readString(complete) + ".txt");
        assertThat(file).isEqualTo(temp.resolve("blue.txt")).hasContent("blue");
        assertThat(names(temp)).containsExactly("blue.txt");
    }

    @Test
    void whatKilledProcessesLeftIsDeleted() throws IOException {
        long me = ProcessHandle.current().pid();
        Path mine = Files.writeString(temp.resolve(".a.tmp-" + me + "-1"), "at work");
        Path namesake = Files.writeString(temp.resolve(".a.tmp-" + me + "-2"), "another's");
        Files.setLastModifiedTime(namesake, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        Path dead = Files.createDirectory(temp.resolve(".a.tmp-999999999999-1"));
        Files.writeString(dead.resolve("part"), "half");
        Path other = Files.writeString(temp.resolve(".b.tmp-999999999999-1"), "not asked for");
        Path user = Files.writeString(temp.resolve(".a.tmp"), "no temporary of ours");
        AtomicFiles.deleteAbandoned(temp, "a"::equals);
        assertThat(namesake).doesNotExist();
        assertThat(dead).doesNotExist();
        assertThat(List.of(mine, other, user)).allMatch(Files::exists);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }
}
