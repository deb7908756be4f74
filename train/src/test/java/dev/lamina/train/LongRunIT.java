package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A long run needs no more memory than a short one.
class LongRunIT {
    private static final int WARMUP_WAVES = 200;
    private static final int WAVES = 1200;

    @TempDir Path temp;

    @Test
    void aThousandStepsLeaveNoArraysAndNoMemoryBehind() {
        Assumptions.assumeTrue(
                Files.exists(Path.of("/proc/self/status")), "resident memory is read from /proc");
        FinetuneSpec spec = Specs.with(Specs.of(Specs.data(temp), Scheme.SHARED, 1), 60, 1e-3);
        try (Finetune job = Finetune.prepare(spec)) {
            int arrays = job.liveArrays();
            long[] resident = new long[1];
            assertThat(
                            Objects.requireNonNull(
                                            job.run(
                                                    null,
                                                    false,
                                                    new RunListener() {
                                                        @Override
                                                        public void stepped(int done, double loss) {
                                                            if (done == WARMUP_WAVES) {
                                                                resident[0] = residentBytes();
                                                            }
                                                        }
                                                    }))
                                    .steps())
                    .isGreaterThan(WAVES);
            assertThat(job.liveArrays()).isEqualTo(arrays);
            assertThat(residentBytes() - resident[0])
                    .as("growth in bytes over a thousand steps")
                    .isLessThan(100L << 20);
        }
    }

    private static long residentBytes() {
        System.gc();
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
