package dev.lamina.wire;

import static dev.lamina.wire.CertificateAuthorityTest.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
    @TempDir Path folder;
    private Path certs;
    private CertificateAuthority authority;

    @BeforeEach
    void init() {
        certs = folder.resolve("certs");
        authority = CertificateAuthority.init(certs);
        authority.issueServer(List.of());
        authority.issueDevice("pi");
    }

    private void copy(String from, String to) throws IOException {
        Files.copy(certs.resolve(from), certs.resolve(to), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void needsOnlyItsOwnFiles() throws IOException {
        Path machine = Files.createDirectory(folder.resolve("machine"));
        for (String file : List.of("ca.pem", "device-pi.pem", "device-pi.key")) {
            Files.copy(
                    certs.resolve(file), machine.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Identity device = Identity.device(machine, "pi");
        assertThat(device.name()).isEqualTo("pi");
        assertThatThrownBy(() -> device.serverContext(reason -> {}))
                .isInstanceOf(IllegalStateException.class);
        assertThat(Identity.server(certs).name()).isEqualTo("server");
    }

    @Test
    void missingFiles() throws IOException {
        refuses(() -> Identity.device(certs, "pj"), "device-pj.pem: there is no such file");
        refuses(() -> Identity.server(folder), "ca.pem: there is no such file");
        Files.delete(certs.resolve("revoked.crl.pem"));
        refuses(() -> Identity.server(certs), "revoked.crl.pem: there is no such file");
        Files.delete(certs.resolve("device-pi.key"));
        refuses(() -> Identity.device(certs, "pi"), "device-pi.key: there is no such file");
    }

    @Test
    void keyThatOthersMayRead() throws IOException {
        Path key = certs.resolve("device-pi.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        refuses(() -> Identity.device(certs, "pi"), "Maybe chmod 600 " + key);
    }

    @Test
    void filesThatDoNotBelongTogether() throws IOException {
        authority.issueDevice("pj");
        copy("device-pj.key", "device-pi.key");
        refuses(() -> Identity.device(certs, "pi"), "the private key beside it is not its own");
        copy("device-pj.pem", "device-pi.pem");
        refuses(() -> Identity.device(certs, "pi"), "is not the certificate of 'pi', but of 'pj'");
        CertificateAuthority.init(folder.resolve("other"));
        copy("../other/revoked.crl.pem", "revoked.crl.pem");
        refuses(() -> Identity.server(certs), "is not a revocation list of this CA");
        copy("../other/ca.pem", "ca.pem");
        refuses(() -> Identity.device(certs, "pj"), "is not from the CA of the ca.pem beside it");
    }

    @Test
    void damagedFiles() throws IOException {
        Files.writeString(certs.resolve("device-pi.pem"), "nothing");
        refuses(() -> Identity.device(certs, "pi"), "there is no CERTIFICATE in it");
        Files.writeString(
                certs.resolve("server.pem"),
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        refuses(() -> Identity.server(certs), "the certificate in it is damaged");
    }

    @Test
    void certificateOutOfItsTime() {
        at(Duration.ofDays(-10)).issueDevice("old", 1, false);
        at(Duration.ofDays(10)).issueDevice("new", 1, false);
        refuses(() -> Identity.device(certs, "old"), "expired on");
        refuses(() -> Identity.device(certs, "new"), "is not valid before");
    }

    private CertificateAuthority at(Duration offset) {
        return CertificateAuthority.open(certs, Clock.offset(Clock.systemUTC(), offset));
    }
}
