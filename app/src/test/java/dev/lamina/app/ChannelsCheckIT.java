package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.CommandLineFixture.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No fast test: it takes most of a minute.
class ChannelsCheckIT {
    private static final String COLUMNS =
            "metric,scenario,freq_ghz,config,p5,p10,p15,p20,p25,p30,p35,p40,p45,p50,p55,p60,p65,p70,"
                    + "p75,p80,p85,p90,p95\n";

    @TempDir Path folder;

    @Test
    void theGeneratorIsAccepted() throws IOException {
        Outcome outcome =
                new CommandLineFixture(folder.resolve("runs"))
                        .run("channels", "check", "--quick", "--out", folder.resolve("out"));
        assertThat(outcome.exitCode()).as(outcome.out()).isZero();
        assertThat(outcome.out()).contains("path loss", "CDL-A", "llm4cp at 100 km/h");
        assertThat(Files.readString(folder.resolve("out/report.html")))
                .contains("isotropic correlation");
    }

    /// A reference that nothing can agree with: everywhere 0 dB.
    @Test
    void whatDoesNotAgreeFails() throws IOException {
        Path csv = folder.resolve("zero.csv");
        Files.writeString(
                csv, COLUMNS + "large_scale_coupling_loss_db,UMi,6,1" + ",0".repeat(19) + "\n");
        Outcome outcome =
                new CommandLineFixture(folder.resolve("runs"))
                        .run("channels", "check", "--quick", "--reference", csv);
        assertThat(outcome.exitCode()).as(outcome.out()).isEqualTo(1);
        assertThat(outcome.out()).contains("NO");
        assertThat(outcome.err()).contains("1 of");
    }
}
