package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResumeTest {
    @TempDir Path temp;

    private FinetuneSpec spec = Specs.of(Path.of("unset"), Scheme.SHARED, 1);

    @BeforeEach
    void data() {
        spec = Specs.of(Specs.data(temp), Scheme.SHARED, 3);
    }

    @ParameterizedTest
    @CsvSource({
        "SHARED,1",
        "SHARED,4",
        "SHARED,6",
        "FEDERATED,4",
        "CENTRAL,11",
        "PARALLEL,4",
        "SEQUENTIAL,1",
        "SEQUENTIAL,3",
        "SEQUENTIAL,10",
        "USHAPE,3",
        "USHAPE,4",
    })
    void aStoppedRunGoesOnToTheBitIdenticalAdapter(Scheme scheme, int stopAfter) {
        spec = Specs.of(Path.of(spec.data()), scheme, 3);
        FinetuneResult undisturbed;
        byte[] expected;
        try (Finetune job = Finetune.prepare(spec)) {
            undisturbed = Objects.requireNonNull(job.run(null, false, new RunListener() {}));
            job.saveAdapter(temp.resolve("expected"));
            expected = read("expected");
        }
        try (Finetune job = Finetune.prepare(spec)) {
            assertThat(job.run(temp, false, new StopAfter(stopAfter))).isNull();
        }
        try (Finetune job = Finetune.prepare(spec)) {
            assertThat(job.run(temp, true, new StopAfter(1))).isNull();
        }
        try (Finetune job = Finetune.prepare(spec)) {
            FinetuneResult resumed =
                    Objects.requireNonNull(job.run(temp, true, new RunListener() {}));
            job.saveAdapter(temp.resolve("resumed"));
            assertThat(read("resumed")).isEqualTo(expected);
            assertThat(resumed.trainLoss()).isEqualTo(undisturbed.trainLoss());
            assertThat(resumed.valLoss()).isEqualTo(undisturbed.valLoss());
            assertThat(resumed.accuracy()).isEqualTo(undisturbed.accuracy());
            assertThat(resumed.uplinkBytes()).isEqualTo(undisturbed.uplinkBytes());
            assertThat(resumed.simulatedSeconds()).isEqualTo(undisturbed.simulatedSeconds());
        }
    }

    @Test
    void refusesAnotherSpecOtherDataAndNothing() throws Exception {
        try (Finetune job = Finetune.prepare(spec)) {
            assertThatThrownBy(() -> job.run(temp, true, new RunListener() {}))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("no checkpoint");
            assertThat(job.run(temp, false, new StopAfter(2))).isNull();
        }
        try (Finetune job = Finetune.prepare(Specs.of(Path.of(spec.data()), Scheme.SHARED, 2))) {
            assertThatThrownBy(() -> job.run(temp, true, new RunListener() {}))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("another spec");
        }
        Path data = Path.of(spec.data());
        Files.writeString(data, Files.readString(data).replace("number 17", "number 18"));
        try (Finetune job = Finetune.prepare(spec)) {
            assertThatThrownBy(() -> job.run(temp, true, new RunListener() {}))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("other data");
        }
    }

    @Test
    void aDamagedCheckpointCostsTheStepsSinceTheOneBeforeIt() throws Exception {
        byte[] expected;
        try (Finetune job = Finetune.prepare(spec)) {
            assertThat(job.run(null, false, new RunListener() {})).isNotNull();
            job.saveAdapter(temp.resolve("expected"));
            expected = read("expected");
        }
        try (Finetune job = Finetune.prepare(spec)) {
            assertThat(job.run(temp, false, new StopAfter(5))).isNull();
        }
        List<Path> checkpoints = checkpoints();
        assertThat(checkpoints).hasSize(2);
        Files.write(checkpoints.getLast(), new byte[1000]);
        try (Finetune job = Finetune.prepare(spec)) {
            assertThat(job.run(temp, true, new RunListener() {})).isNotNull();
            job.saveAdapter(temp.resolve("resumed"));
            assertThat(read("resumed")).isEqualTo(expected);
        }
        for (Path checkpoint : checkpoints()) {
            Files.write(checkpoint, new byte[1000]);
        }
        try (Finetune job = Finetune.prepare(spec)) {
            assertThatThrownBy(() -> job.run(temp, true, new RunListener() {}))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("every checkpoint in " + temp + " is damaged");
        }
    }

    private List<Path> checkpoints() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            return files.filter(f -> f.getFileName().toString().startsWith("checkpoint-"))
                    .sorted()
                    .toList();
        }
    }

    private byte[] read(String directory) {
        try {
            return Files.readAllBytes(temp.resolve(directory).resolve("adapter_model.safetensors"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
