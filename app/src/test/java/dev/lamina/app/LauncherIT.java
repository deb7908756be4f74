package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.Processes.Outcome;
import dev.lamina.app.Processes.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The launcher: the real one against this build, and its logic with a stand-in JDK and Maven.
class LauncherIT {
    @TempDir Path folder;

    @Test
    void startsWithoutBuildingFromAnywhereAndThroughALink() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("a folder"));
        Path link =
                Files.createSymbolicLink(
                        elsewhere.resolve("my lamina"), Processes.root().resolve("lamina"));
        Outcome outcome =
                Processes.start(elsewhere, Map.of(), List.of(link.toString(), "--help")).await();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("Usage: lamina", "finetune", "data", "runs", "bench");
        assertThat(outcome.err()).isEmpty();
        assertThat(elsewhere).isDirectoryNotContaining("glob:**/runs");
    }

    @Test
    void exitCodesReachTheShell() throws IOException {
        assertThat(Processes.lamina(folder, "--version").await().exitCode()).isZero();
        Outcome bad = Processes.lamina(folder, "finetune", "--rank", 0).await();
        assertThat(bad.exitCode()).isEqualTo(2);
        assertThat(bad.err().lines()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"25.0.3, 0", "25, 0", "26-ea, 0", "100.1, 0", "17.0.9, 1", "1.8.0_402, 1", "'', 1"})
    void readsTheVersionOfAJdk(String version, int expected) throws IOException {
        Path jdk = jdk("jdk", version);
        String script = ". '%s/.mvn/jdk25.sh'; is_jdk25 '%s'".formatted(Processes.root(), jdk);
        assertThat(
                        Processes.start(folder, Map.of(), List.of("bash", "-c", script))
                                .await()
                                .exitCode())
                .isEqualTo(expected);
    }

    @Test
    void buildsOnceForTwoFirstUsesAndAgainForANewerSource() throws IOException {
        Path project =
                project(
                        """
                        echo built >> builds.log; sleep 1; mkdir -p base/target app/target
                        touch app/target/lamina-app.jar base/target/base.jar
                        printf %s "$PWD/base/target/base.jar" > app/target/classpath
                        """);
        Running first = lamina(project, "one");
        Running second = lamina(project, "two");
        assertThat(first.await().out()).contains("dev.lamina.app.Main one");
        assertThat(second.await().out()).contains("dev.lamina.app.Main two");
        assertThat(builds(project)).isEqualTo(1);
        assertThat(lamina(project, "three").await().err()).isEmpty();
        assertThat(builds(project)).isEqualTo(1);

        Path source = project.resolve("app/src/main/A.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
        assertThat(lamina(project, "four").await().err()).contains("building Lamina");
        assertThat(builds(project)).isEqualTo(2);
    }

    @Test
    void failedBuildShowsWhyAndLeavesNoLock() throws IOException {
        Path project = project("echo '[ERROR] A.java: no such thing'; exit 1\n");
        Outcome outcome = lamina(project).await();
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("A.java: no such thing", "lamina: failed: the build failed");
        assertThat(Files.isSymbolicLink(project.resolve(".lamina-lock"))).isFalse();
    }

    @Test
    void lockOfAKilledBuildIsTakenOver() throws IOException {
        Path project = project("exit 1\n");
        Files.createSymbolicLink(project.resolve(".lamina-lock"), Path.of("999999999"));
        assertThat(lamina(project).await().exitCode()).isEqualTo(1);
    }

    private static int builds(Path project) throws IOException {
        return Files.readAllLines(project.resolve("builds.log")).size();
    }

    private Running lamina(Path project, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(project.resolve("lamina").toString()));
        command.addAll(List.of(args));
        return Processes.start(
                folder, Map.of("JAVA_HOME", jdk("java 25", "25.0.1").toString()), command);
    }

    /// A stand-in for a JDK, whose `java` prints its arguments.
    private Path jdk(String name, String version) throws IOException {
        Path jdk = folder.resolve(name);
        if (Files.exists(jdk)) {
            return jdk;
        }
        Files.createDirectories(jdk.resolve("bin"));
        script(jdk.resolve("bin/java"), "echo \"$@\"\n");
        script(jdk.resolve("bin/javac"), "");
        Files.writeString(
                jdk.resolve("release"),
                "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    /// A project with the real launcher and a stand-in for Maven.
    private Path project(String maven) throws IOException {
        Path project = Files.createDirectory(folder.resolve("my project"));
        Files.createDirectory(project.resolve(".mvn"));
        for (String file : List.of("lamina", ".mvn/jdk25.sh")) {
            Files.copy(
                    Processes.root().resolve(file),
                    project.resolve(file),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        script(project.resolve("mvnw"), maven);
        for (String module : List.of("base", "app")) {
            Files.createDirectories(project.resolve(module + "/src/main"));
            Files.writeString(project.resolve(module + "/src/main/A.java"), "");
            Files.writeString(project.resolve(module + "/pom.xml"), "");
        }
        Files.writeString(project.resolve("pom.xml"), "");
        return project;
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
