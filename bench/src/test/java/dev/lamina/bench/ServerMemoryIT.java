package dev.lamina.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lamina.edge.Profiles;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.Scheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The memory model against the resident memory of server processes, at a quarter of the paper's
/// shape. (`lamina reproduce sfl --measure` does it at the whole one.)
class ServerMemoryIT {
    private final FinetuneSpec shared =
            SflSpecs.shared(
                    "shape:4x768x12",
                    Profiles.devices(3),
                    Profiles.GPU_SERVER,
                    List.of(1),
                    8,
                    128,
                    1,
                    1);

    @Test
    void theModelAgreesWithProcesses() {
        assumeThat(Files.isWritable(Path.of("/proc/self/clear_refs"))).isTrue();
        long sharedBytes = agrees(shared);
        long parallelBytes = agrees(shared.withScheme(Scheme.PARALLEL));
        agrees(shared.withScheme(Scheme.SEQUENTIAL));
        agrees(shared.withExecution(shared.codec(), SflSpecs.PLUS));
        assertThat(sharedBytes).isLessThan(parallelBytes);
    }

    private static long agrees(FinetuneSpec spec) {
        ServerMemory memory = ServerMemory.measure(spec, ServerMemory.Compare.NOTHING);
        assertThat((double) memory.modelledBytes() / memory.measuredBytes())
                .as(memory.toString())
                .isBetween(0.75, 1.25);
        return memory.measuredBytes();
    }
}
