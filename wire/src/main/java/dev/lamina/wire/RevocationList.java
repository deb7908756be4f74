package dev.lamina.wire;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The CA's revocation list in a file, which is read again when it has changed. A file that is
/// gone, damaged, of another CA or older than the one before changes nothing but the log: what was
/// revoked stays so.
final class RevocationList {
    private static final Logger LOG = LoggerFactory.getLogger(RevocationList.class);
    private static final String MAYBE =
            "copy revoked.crl.pem from the CA's folder; it is there from 'lamina certs init' on";

    private final Path file;
    private final X509Certificate ca;
    private Stamp stamp;
    private X509CRL list;

    /// By what a change is seen: the CA replaces the file, so that even one of the same size and
    /// second has another key (inode).
    private record Stamp(@Nullable FileTime modified, long size, @Nullable Object key) {
        private static final Stamp NONE = new Stamp(null, 0, null);

        static Stamp of(Path file) {
            try {
                BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(found.lastModifiedTime(), found.size(), found.fileKey());
            } catch (IOException e) {
                return NONE;
            }
        }
    }

    /// @throws BadInputException if there is no list of this CA in the file
    RevocationList(Path file, X509Certificate ca) {
        this.file = file;
        this.ca = ca;
        this.stamp = Stamp.of(file);
        this.list = read();
    }

    private X509CRL read() {
        X509CRL read = Pem.revocationList(file, MAYBE);
        try {
            read.verify(ca.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new BadInputException(file + ": is not a revocation list of this CA", MAYBE);
        }
        return read;
    }

    /// Whether the list, as it is now, has this serial.
    synchronized boolean contains(BigInteger serial) {
        Stamp now = Stamp.of(file);
        if (!Objects.equals(now, stamp)) {
            stamp = now;
            reload();
        }
        return list.getRevokedCertificate(serial) != null;
    }

    private void reload() {
        try {
            X509CRL read = read();
            if (Issuer.number(read).compareTo(Issuer.number(list)) < 0) {
                LOG.warn("{}: is older than the list before, which stays in force", file);
                return;
            }
            list = read;
        } catch (BadInputException | GeneralSecurityException e) {
            LOG.warn("the revocation list as it was stays in force: {}", e.getMessage());
        }
    }
}
