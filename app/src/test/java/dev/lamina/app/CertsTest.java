package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.CommandLineFixture.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `lamina certs` as a user calls it.
class CertsTest {
    @TempDir Path folder;
    private Path certs;
    private CommandLineFixture lamina;

    @BeforeEach
    void start() {
        certs = folder.resolve("certs");
        lamina = new CommandLineFixture(folder.resolve("runs"));
    }

    private Outcome certs(String command) {
        Stream<Object> words = Arrays.stream(command.split(" "));
        return lamina.run(
                Stream.of(Stream.of("certs"), words, Stream.of("--dir", certs))
                        .flatMap(part -> part)
                        .toArray());
    }

    private String done(String command) {
        Outcome outcome = certs(command);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome.out();
    }

    @Test
    void fromInitToRevocation() {
        assertThat(done("init")).contains("a new CA, for 3650 days", certs + "/ca.key");
        assertThat(done("list")).contains("no certificates");
        assertThat(done("server --host edge.example.org --host 192.0.2.7"))
                .contains("Copy to the server: ", "/server.pem", "/server.key", "/revoked.crl.pem")
                .doesNotContain("this machine only");
        assertThat(done("device pi-01"))
                .contains("Copy to the device: ", "/ca.pem", "/device-pi-01.pem", "-pi-01.key")
                .contains("expires 2027-01-02T03:04:05Z");
        assertThat(done("device pi-01 --renew --days 30")).contains("expires 2026-02-01T03:04:05Z");
        assertThat(done("list").lines())
                .hasSize(4)
                .anySatisfy(line -> assertThat(line).contains("pi-01", "replaced, still valid"))
                .anySatisfy(line -> assertThat(line).contains("server", "2027-01-02", " valid"));
        assertThat(done("revoke pi-01").lines()).hasSize(3);
        assertThat(done("revoke pi-01")).contains("pi-01 was revoked before");
        assertThat(done("list").lines().filter(line -> line.endsWith("revoked"))).hasSize(2);
        assertThat(done("list --json -")).contains("\"state\" : \"revoked\"");
    }

    @Test
    void serverWithoutHostsIsForThisMachine() {
        done("init");
        assertThat(done("server")).contains("this machine only");
        assertThat(done("server --renew")).doesNotContain("this machine only");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    device pi            | there is no such file
                    server               | there is no such file
                    revoke pi            | there is no such file
                    list                 | there is no such file
                    init --days 0        | days 0
                    init --days x        | 'x' is not an int
                    server --host a:1    | there is no such file
                    """)
    void withoutCa(String command, String problem) {
        refused(command, problem);
        assertThat(certs).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    init                 | there is a CA already
                    device pi            | there is a certificate already
                    device pj --renew    | there is no certificate to renew
                    device ../pi         | device name '../pi'
                    device a/b           | device name 'a/b'
                    device pj --days 0   | days 0
                    device pj --days -1  | days -1
                    device pj --days 9999| the CA itself expires
                    device               | NAME
                    server --host a:1    | host 'a:1'
                    server --renew       | there is no certificate to renew
                    revoke pj            | no device and no serial 'pj'
                    revoke               | NAME
                    """)
    void badInput(String command, String problem) throws IOException {
        done("init");
        done("device pi");
        byte[] key = Files.readAllBytes(certs.resolve("device-pi.key"));
        refused(command, problem);
        assertThat(certs.resolve("device-pi.key")).hasBinaryContent(key);
        assertThat(certs.resolve("device-pj.key")).doesNotExist();
        assertThat(certs.resolve("server.key")).doesNotExist();
    }

    private void refused(String command, String problem) {
        Outcome outcome = certs(command);
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.problem()).contains(problem);
        assertThat(outcome.err().lines()).hasSize(2).last().asString().startsWith("Maybe ");
        assertThat(outcome.out()).isEmpty();
    }
}
