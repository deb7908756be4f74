package dev.lamina.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.wire.IssuedCertificate.State;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir Path folder;
    private Path certs;
    private CertificateAuthority authority;

    @BeforeEach
    void init() {
        certs = folder.resolve("certs");
        authority = CertificateAuthority.init(certs, 3650, at(NOW));
    }

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private X509Certificate read(String file) {
        return Pem.certificate(certs.resolve(file), "-");
    }

    private X509CRL revoked() {
        return Pem.revocationList(certs.resolve("revoked.crl.pem"), "-");
    }

    private Map<String, String> modes() throws IOException {
        Map<String, String> modes = new TreeMap<>();
        try (Stream<Path> files = Files.list(certs)) {
            for (Path file : files.toList()) {
                modes.put(
                        file.getFileName().toString(),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        }
        return modes;
    }

    @Test
    void keysAreTheirOwnersAlone() throws IOException {
        authority.issueServer(List.of());
        authority.issueDevice("pi-01");
        assertThat(Files.getPosixFilePermissions(certs))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(modes())
                .containsOnlyKeys(
                        ".lock",
                        "ca.key",
                        "ca.pem",
                        "device-pi-01.key",
                        "device-pi-01.pem",
                        "issued.txt",
                        "revoked.crl.pem",
                        "server.key",
                        "server.pem")
                .containsEntry("ca.key", "rw-------")
                .containsEntry("server.key", "rw-------")
                .containsEntry("device-pi-01.key", "rw-------");
    }

    @Test
    void caSignsLeavesOnly() throws GeneralSecurityException {
        X509Certificate ca = read("ca.pem");
        ca.verify(ca.getPublicKey());
        assertThat(ca.getBasicConstraints()).isZero();
        assertThat(ca.getKeyUsage())
                .containsExactly(false, false, false, false, false, true, true, false, false);
        assertThat(ca.getCriticalExtensionOIDs()).contains("2.5.29.19", "2.5.29.15");
        assertThat(ca.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(3650)));
        assertThat(ca.getPublicKey().getAlgorithm()).isEqualTo("EC");
        assertThat(ca.getSigAlgName()).isEqualTo("SHA256withECDSA");
    }

    @Test
    void serverHasItsHosts() throws GeneralSecurityException {
        authority.issueServer(
                List.of("edge.example.org", "192.0.2.7", "[2001:db8::7]", "localhost"));
        X509Certificate server = read("server.pem");
        server.verify(read("ca.pem").getPublicKey());
        assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(server.getBasicConstraints()).isEqualTo(-1);
        assertThat(HostNames.in(server))
                .containsExactly(
                        "edge.example.org",
                        "192.0.2.7",
                        "2001:db8:0:0:0:0:0:7",
                        "localhost",
                        "127.0.0.1",
                        "0:0:0:0:0:0:0:1");
    }

    @Test
    void deviceHasItsName() throws GeneralSecurityException {
        authority.issueDevice("pi-01", 30, false);
        X509Certificate device = read("device-pi-01.pem");
        device.verify(read("ca.pem").getPublicKey());
        assertThat(device.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(device.getSubjectX500Principal().getName()).isEqualTo("CN=pi-01");
        assertThat(PeerName.in(device)).isEqualTo("pi-01");
        assertThat(device.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(30)));
        assertThat(device.getNotBefore().toInstant()).isBefore(NOW);
        assertThat(device.getSerialNumber().bitLength()).isEqualTo(128);
    }

    @Test
    void revocationListGrows() throws GeneralSecurityException {
        BigInteger one = authority.issueDevice("one").serial();
        BigInteger two = authority.issueDevice("two").serial();
        assertThat(revoked().getRevokedCertificates()).isNull();
        assertThat(Issuer.number(revoked())).isEqualTo(1);
        assertThat(authority.revoke("one")).extracting(IssuedCertificate::serial).containsOnly(one);
        assertThat(authority.revoke("one")).isEmpty();
        authority.revoke(two.toString(16));
        X509CRL list = revoked();
        list.verify(read("ca.pem").getPublicKey());
        assertThat(Issuer.number(list)).isEqualTo(3);
        assertThat(list.getRevokedCertificate(one)).isNotNull();
        assertThat(list.getRevokedCertificate(two)).isNotNull();
        assertThat(list.getNextUpdate().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(3650)));
    }

    @Test
    void renewedDeviceIsANewOne() {
        BigInteger first = authority.issueDevice("pi").serial();
        authority.revoke("pi");
        IssuedCertificate second = authority.issueDevice("pi", 365, true);
        assertThat(second.serial())
                .isNotEqualTo(first)
                .isEqualTo(read("device-pi.pem").getSerialNumber());
        assertThat(authority.list())
                .extracting(IssuedCertificate::state)
                .containsExactly(State.REVOKED, State.VALID);
        authority.issueDevice("pi", 365, true);
        assertThat(authority.list())
                .extracting(IssuedCertificate::state)
                .containsExactly(State.REVOKED, State.REPLACED, State.VALID);
        assertThat(authority.revoke("pi")).hasSize(2);
        assertThat(authority.list())
                .extracting(IssuedCertificate::state)
                .containsOnly(State.REVOKED);
    }

    @Test
    void renewedServerKeepsItsHosts() {
        authority.issueServer(List.of("edge.example.org", "192.0.2.7"));
        List<String> before = HostNames.in(read("server.pem"));
        authority.issueServer(List.of(), 365, true);
        assertThat(HostNames.in(read("server.pem"))).isEqualTo(before);
        authority.issueServer(List.of("other.example.org"), 365, true);
        assertThat(HostNames.in(read("server.pem")))
                .contains("other.example.org")
                .doesNotContain("edge.example.org");
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        authority.issueDevice("pi");
        authority.issueServer(List.of());
        byte[] caKey = Files.readAllBytes(certs.resolve("ca.key"));
        byte[] deviceKey = Files.readAllBytes(certs.resolve("device-pi.key"));
        refuses(() -> CertificateAuthority.init(certs), "there is a CA already");
        refuses(() -> authority.issueDevice("pi"), "there is a certificate already");
        refuses(() -> authority.issueServer(List.of()), "there is a certificate already");
        refuses(() -> authority.issueDevice("pj", 365, true), "no certificate to renew");
        assertThat(certs.resolve("ca.key")).hasBinaryContent(caKey);
        assertThat(certs.resolve("device-pi.key")).hasBinaryContent(deviceKey);
    }

    @Test
    void expiredOnesAreListedAsSuch() {
        authority.issueDevice("pi", 1, false);
        CertificateAuthority later =
                CertificateAuthority.open(certs, at(NOW.plus(Duration.ofDays(2))));
        assertThat(later.list()).extracting(IssuedCertificate::state).containsOnly(State.EXPIRED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../x", "a/b", "a b", "-x", "ü", "a\nb", "CN=x", "a,b"})
    void badNames(String name) {
        refuses(() -> authority.issueDevice(name), "device name");
        refuses(() -> Identity.device(certs, name), "device name");
    }

    @Test
    void nameHasAtMost64Characters() {
        authority.issueDevice("x".repeat(64));
        refuses(() -> authority.issueDevice("x".repeat(65)), "device name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "edge:7000",
                "https://edge",
                "a b",
                "*",
                "1.2.3",
                "1.2.3.256",
                "::g",
                "-a",
                "a..b"
            })
    void badHosts(String host) {
        refuses(() -> authority.issueServer(List.of(host)), "host '" + host + "'");
        assertThat(certs.resolve("server.pem")).doesNotExist();
    }

    @Test
    void badLifetimes() {
        refuses(() -> authority.issueDevice("pi", 0, false), "days 0");
        refuses(() -> authority.issueDevice("pi", 3651, false), "the CA itself expires");
        refuses(() -> CertificateAuthority.init(folder.resolve("b"), 1_000_000, at(NOW)), "days");
    }

    @Test
    void unknownOnesAreNotRevoked() {
        refuses(() -> authority.revoke("nobody"), "no device and no serial 'nobody'");
        String server = authority.issueServer(List.of()).serialText();
        refuses(() -> authority.revoke(server), "is the server's");
    }

    @Test
    void damagedFilesAreNamed() throws IOException {
        authority.issueDevice("pi");
        refuses(() -> CertificateAuthority.open(folder.resolve("none")), "ca.pem: there is no");
        Files.writeString(certs.resolve("issued.txt"), "device pi\n");
        refuses(() -> authority.list(), "issued.txt, line 1");
        Files.writeString(certs.resolve("issued.txt"), "");
        Files.writeString(
                certs.resolve("revoked.crl.pem"),
                "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
        refuses(
                () -> authority.revoke("pi"),
                "revoked.crl.pem: the revocation list in it is damaged");
        CertificateAuthority.init(folder.resolve("other"));
        Files.copy(
                folder.resolve("other/revoked.crl.pem"),
                certs.resolve("revoked.crl.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        refuses(() -> authority.list(), "is not signed by this CA");
        Files.delete(certs.resolve("ca.pem"));
        Files.copy(folder.resolve("other/ca.pem"), certs.resolve("ca.pem"));
        refuses(() -> CertificateAuthority.open(certs), "is not the key of");
        Files.writeString(certs.resolve("ca.key"), "x");
        refuses(() -> CertificateAuthority.open(certs), "there is no PRIVATE KEY in it");
        Files.delete(certs.resolve("ca.key"));
        refuses(() -> CertificateAuthority.open(certs), "ca.key: there is no such file");
    }

    static void refuses(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String problem) {
        assertThatThrownBy(call)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining(System.lineSeparator() + "Maybe ");
    }
}
