package dev.lamina.wire;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.wire.IssuedCertificate.Role;
import dev.lamina.wire.IssuedCertificate.State;
import dev.lamina.wire.Issuer.Validity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A private certification authority in a directory: it issues the edge server's and the devices'
/// certificates, and revokes those of devices.
///
/// The directory holds `ca.pem`, `ca.key`, `server.pem`, `server.key`, `device-NAME.pem`,
/// `device-NAME.key`, `revoked.crl.pem` and the CA's record `issued.txt`. Keys are readable by
/// their owner only. Nothing is replaced unless asked to.
public final class CertificateAuthority {
    /// How long a CA lives, if nothing else is asked for.
    public static final int CA_DAYS = 3650;

    /// How long the certificate of a server or device lives, if nothing else is asked for.
    public static final int LEAF_DAYS = 365;

    private static final int LONGEST_DAYS = 36_500;
    private static final String MAKE_ONE =
            "make a CA with 'lamina certs init', or name its folder with --dir";

    private final CertificateFiles files;
    private final Issuer issuer;
    private final Clock clock;

    private CertificateAuthority(CertificateFiles files, Issuer issuer, Clock clock) {
        this.files = files;
        this.issuer = issuer;
        this.clock = clock;
    }

    /// Makes a CA that lives for [#CA_DAYS].
    public static CertificateAuthority init(Path directory) {
        return init(directory, CA_DAYS, Clock.systemUTC());
    }

    /// Makes a CA in a directory, new or empty.
    ///
    /// @throws BadInputException if something is in the directory
    public static CertificateAuthority init(Path directory, int days, Clock clock) {
        checkDays(days);
        checkEmpty(directory);
        CertificateFiles files = new CertificateFiles(directory);
        try {
            Pem.createDirectory(directory);
        } catch (IOException e) {
            throw new BadInputException(
                    directory + ": cannot be made a folder (" + Pem.oneLine(e) + ")",
                    "give a folder of your own with --dir");
        }
        Instant now = clock.instant();
        Issuer issuer = Issuer.selfSigned(Validity.of(now, days));
        Pem.write(files.caKey(), issuer.key());
        Pem.write(files.revoked(), issuer.revocationList(null, List.of(), now));
        AtomicFiles.writeString(files.issued(), "");
        Pem.write(files.ca(), issuer.certificate());
        return new CertificateAuthority(files, issuer, clock);
    }

    private static void checkEmpty(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            boolean ca = Files.exists(new CertificateFiles(directory).ca());
            BadInputException.check(
                    entries.findAny().isEmpty(),
                    directory + (ca ? ": there is a CA already" : ": the folder is not empty"),
                    "give a new folder with --dir; a CA is replaced by moving its folder away");
        } catch (IOException e) {
            throw new BadInputException(
                    directory + ": is not a folder that can be read",
                    "give a new folder with --dir");
        }
    }

    private static void checkDays(int days) {
        BadInputException.check(
                days >= 1 && days <= LONGEST_DAYS,
                "days " + days + " is outside 1 to " + LONGEST_DAYS,
                "leave it out: a certificate then lives for " + LEAF_DAYS + " days");
    }

    /// Opens the CA in a directory.
    public static CertificateAuthority open(Path directory) {
        return open(directory, Clock.systemUTC());
    }

    /// Opens the CA in a directory.
    ///
    /// @throws BadInputException if there is none, or its files are damaged
    public static CertificateAuthority open(Path directory, Clock clock) {
        CertificateFiles files = new CertificateFiles(directory);
        X509Certificate ca = Pem.certificate(files.ca(), MAKE_ONE);
        Issuer issuer =
                new Issuer(
                        ca,
                        Pem.privateKey(
                                files.caKey(),
                                "work on the machine where the CA was made: its key stays there"));
        BadInputException.check(
                Identity.fits(issuer.key(), ca.getPublicKey()),
                files.caKey() + ": is not the key of " + files.ca(),
                "restore both from the same copy");
        return new CertificateAuthority(files, issuer, clock);
    }

    /// Issues the server's certificate, for [#LEAF_DAYS].
    public IssuedCertificate issueServer(List<String> hosts) {
        return issueServer(hosts, LEAF_DAYS, false);
    }

    /// Issues the server's certificate.
    ///
    /// @param hosts names and IP addresses under which devices reach it; `localhost` and the
    ///   loopback addresses are added; when renewing, none means those of the present certificate
    /// @param renew whether there is one, which is replaced
    /// @throws BadInputException if a host is none, or there is a certificate against `renew`
    public IssuedCertificate issueServer(List<String> hosts, int days, boolean renew) {
        HostNames.of(hosts);
        return issue(
                Role.SERVER,
                "server",
                days,
                renew,
                (key, validity) -> {
                    List<String> all =
                            renew && hosts.isEmpty()
                                    ? HostNames.in(Pem.certificate(files.server(), "give --host"))
                                    : hosts;
                    return issuer.server(key, HostNames.of(all), validity);
                });
    }

    /// Issues a device's certificate, for [#LEAF_DAYS].
    public IssuedCertificate issueDevice(String name) {
        return issueDevice(name, LEAF_DAYS, false);
    }

    /// Issues a device's certificate.
    ///
    /// @param name letters, digits, `.`, `_` and `-`, at most 64
    /// @param renew whether there is one, which is replaced; the replaced one holds until it
    ///   expires or the name is revoked
    /// @throws BadInputException if the name cannot be used, or there is a certificate against
    ///   `renew`
    public IssuedCertificate issueDevice(String name, int days, boolean renew) {
        CertificateFiles.checkName(name);
        return issue(
                Role.DEVICE,
                name,
                days,
                renew,
                (key, validity) -> issuer.device(key, name, validity));
    }

    private IssuedCertificate issue(
            Role role,
            String name,
            int days,
            boolean renew,
            BiFunction<PublicKey, Validity, X509Certificate> sign) {
        checkDays(days);
        Validity validity = Validity.of(clock.instant(), days);
        Instant end = issuer.certificate().getNotAfter().toInstant();
        BadInputException.check(
                !validity.to().isAfter(end),
                "days " + days + ": the CA itself expires on " + end,
                "give fewer --days, or make a new CA in another folder");
        Path certificateFile = file(role, name);
        Path keyFile = keyFile(role, name);
        return locked(() -> {
            checkRenewal(certificateFile, keyFile, renew);
            KeyPair keys = Issuer.newKeys();
            X509Certificate certificate = sign.apply(keys.getPublic(), validity);
            IssuedLog.Entry entry =
                    new IssuedLog.Entry(
                            role,
                            name,
                            certificate.getSerialNumber(),
                            certificate.getNotAfter().toInstant());
            // First: what was not recorded could not be revoked.
            new IssuedLog(files.issued()).add(entry);
            Pem.write(keyFile, keys.getPrivate());
            Pem.write(certificateFile, certificate);
            return issued(entry, State.VALID, true);
        });
    }

    private static void checkRenewal(Path certificate, Path key, boolean renew) {
        boolean there = Files.exists(certificate) || Files.exists(key);
        BadInputException.check(
                renew || !there,
                certificate + ": there is a certificate already",
                "replace it with --renew");
        BadInputException.check(
                there || !renew,
                certificate + ": there is no certificate to renew",
                "leave --renew out, or look up the name with 'lamina certs list'");
    }

    private Path file(Role role, String name) {
        return switch (role) {
            case SERVER -> files.server();
            case DEVICE -> files.device(name);
        };
    }

    private Path keyFile(Role role, String name) {
        return switch (role) {
            case SERVER -> files.serverKey();
            case DEVICE -> files.deviceKey(name);
        };
    }

    private IssuedCertificate issued(IssuedLog.Entry entry, State state, boolean latest) {
        List<Path> paths =
                latest
                        ? List.of(
                                file(entry.role(), entry.name()),
                                keyFile(entry.role(), entry.name()))
                        : List.of();
        return new IssuedCertificate(
                entry.role(), entry.name(), entry.serial(), entry.expires(), state, paths);
    }

    /// Revokes a device's certificates, those replaced included, or the one with this serial. The
    /// server that reads this directory's `revoked.crl.pem` refuses them from then on.
    ///
    /// @return what was revoked now; nothing if all was revoked before
    /// @throws BadInputException if no such device or serial is known
    public List<IssuedCertificate> revoke(String nameOrSerial) {
        return locked(() -> {
            List<IssuedCertificate> known = list();
            List<IssuedCertificate> meant = named(known, nameOrSerial);
            BadInputException.check(
                    !meant.isEmpty(),
                    "no device and no serial '"
                            + Refusals.printable(nameOrSerial)
                            + "' in "
                            + files.directory(),
                    "'lamina certs list' shows those that were issued");
            BadInputException.check(
                    meant.stream().allMatch(one -> one.role() == Role.DEVICE),
                    "serial " + nameOrSerial + " is the server's, which devices would not learn of",
                    "make a new CA, and issue all certificates with it");
            List<IssuedCertificate> valid =
                    meant.stream().filter(one -> one.state() != State.REVOKED).toList();
            List<BigInteger> serials = valid.stream().map(IssuedCertificate::serial).toList();
            if (!serials.isEmpty()) {
                Pem.write(
                        files.revoked(),
                        issuer.revocationList(revocations(), serials, clock.instant()));
            }
            return list().stream().filter(one -> serials.contains(one.serial())).toList();
        });
    }

    private static List<IssuedCertificate> named(List<IssuedCertificate> known, String wanted) {
        List<IssuedCertificate> byName =
                known.stream()
                        .filter(one -> one.role() == Role.DEVICE && one.name().equals(wanted))
                        .toList();
        return byName.isEmpty()
                ? known.stream().filter(one -> one.serialText().equalsIgnoreCase(wanted)).toList()
                : byName;
    }

    /// All certificates that were ever issued, the oldest first.
    public List<IssuedCertificate> list() {
        List<IssuedLog.Entry> entries = new IssuedLog(files.issued()).entries();
        X509CRL revoked = revocations();
        Map<String, BigInteger> latest = new LinkedHashMap<>();
        entries.forEach(entry -> latest.put(entry.role() + entry.name(), entry.serial()));
        List<IssuedCertificate> all = new ArrayList<>();
        for (IssuedLog.Entry entry : entries) {
            boolean last = entry.serial().equals(latest.get(entry.role() + entry.name()));
            all.add(issued(entry, state(entry, revoked, last), last));
        }
        return all;
    }

    private State state(IssuedLog.Entry entry, X509CRL revoked, boolean last) {
        if (revoked.getRevokedCertificate(entry.serial()) != null) {
            return State.REVOKED;
        }
        if (clock.instant().isAfter(entry.expires())) {
            return State.EXPIRED;
        }
        return last ? State.VALID : State.REPLACED;
    }

    private X509CRL revocations() {
        String maybe = "restore it from the server's copy: without it revoked devices come back";
        X509CRL list = Pem.revocationList(files.revoked(), maybe);
        try {
            list.verify(issuer.certificate().getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new BadInputException(files.revoked() + ": is not signed by this CA", maybe);
        }
        return list;
    }

    /// One command at a time: a lost line or entry would be a certificate that cannot be revoked.
    private <T> T locked(Supplier<T> work) {
        Path lockFile = files.directory().resolve(".lock");
        try (FileChannel channel =
                        FileChannel.open(
                                lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assert lock.isValid();
            return work.get();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + lockFile + ": " + e.getMessage(), e);
        }
    }
}
