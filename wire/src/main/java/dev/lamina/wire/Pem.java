package dev.lamina.wire;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads and writes certificates, private keys and revocation lists as PEM files.
final class Pem {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.fromString("rwx------");

    private Pem() {}

    static CertificateFactory x509() {
        try {
            return CertificateFactory.getInstance("X.509");
        } catch (CertificateException e) {
            throw new IllegalStateException("this JDK has no X.509", e);
        }
    }

    /// Reads a certificate.
    ///
    /// @throws BadInputException if there is none in the file
    static X509Certificate certificate(Path file, String maybe) {
        byte[] der = block(file, "CERTIFICATE", maybe);
        try {
            return (X509Certificate) x509().generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw damaged(file, "certificate", e, maybe);
        }
    }

    /// Reads a revocation list; whose it is, is not checked here.
    ///
    /// @throws BadInputException if there is none in the file
    static X509CRL revocationList(Path file, String maybe) {
        byte[] der = block(file, "X509 CRL", maybe);
        try {
            return (X509CRL) x509().generateCRL(new ByteArrayInputStream(der));
        } catch (CRLException e) {
            throw damaged(file, "revocation list", e, maybe);
        }
    }

    /// Reads a private key (PKCS#8, elliptic curve) that nobody but its owner may read.
    ///
    /// @throws BadInputException if there is none in the file, or others may read it
    static PrivateKey privateKey(Path file, String maybe) {
        checkOwnerOnly(file);
        byte[] der = block(file, "PRIVATE KEY", maybe);
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw damaged(file, "EC private key", e, maybe);
        }
    }

    private static BadInputException damaged(Path file, String what, Exception e, String maybe) {
        return new BadInputException(
                file + ": the " + what + " in it is damaged (" + oneLine(e) + ")", maybe);
    }

    static String oneLine(Exception e) {
        return Refusals.printable(String.valueOf(e.getMessage()));
    }

    private static byte[] block(Path file, String label, String maybe) {
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new BadInputException(file + ": there is no such file", maybe);
        } catch (IOException e) {
            throw new BadInputException(file + ": cannot be read (" + oneLine(e) + ")", maybe);
        }
        Matcher block =
                Pattern.compile("-----BEGIN " + label + "-----([^-]*)-----END " + label + "-----")
                        .matcher(text);
        BadInputException.check(block.find(), file + ": there is no " + label + " in it", maybe);
        try {
            return Base64.getMimeDecoder().decode(block.group(1));
        } catch (IllegalArgumentException e) {
            throw damaged(file, label, e, maybe);
        }
    }

    private static void checkOwnerOnly(Path file) {
        if (!posix() || !Files.exists(file)) {
            return;
        }
        try {
            Set<PosixFilePermission> more = EnumSet.noneOf(PosixFilePermission.class);
            more.addAll(Files.getPosixFilePermissions(file));
            String mode = PosixFilePermissions.toString(more);
            more.removeAll(OWNER_ONLY_DIRECTORY);
            BadInputException.check(
                    more.isEmpty(),
                    file + ": others than its owner may use this private key (" + mode + ")",
                    "chmod 600 " + file + ", and issue it anew if others could have read it");
        } catch (IOException e) {
            throw new BadInputException(
                    file + ": cannot be read (" + oneLine(e) + ")", "it belongs to another user");
        }
    }

    private static boolean posix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    private static String text(String label, byte[] der) {
        String body =
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, body, label);
    }

    static void write(Path file, X509Certificate certificate) {
        try {
            AtomicFiles.writeString(file, text("CERTIFICATE", certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    static void write(Path file, X509CRL list) {
        try {
            AtomicFiles.writeString(file, text("X509 CRL", list.getEncoded()));
        } catch (CRLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Writes a private key to a file that is its owner's alone from its creation on.
    static void write(Path file, PrivateKey key) {
        byte[] text = text("PRIVATE KEY", key.getEncoded()).getBytes(StandardCharsets.US_ASCII);
        AtomicFiles.write(
                file,
                temporary -> {
                    Files.deleteIfExists(temporary);
                    try (SeekableByteChannel channel =
                            Files.newByteChannel(
                                    temporary,
                                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                    ownerOnly(OWNER_ONLY))) {
                        ByteBuffer rest = ByteBuffer.wrap(text);
                        while (rest.hasRemaining()) {
                            channel.write(rest);
                        }
                    }
                });
    }

    /// Creates a directory that is its owner's alone; one that exists is made so.
    static void createDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            if (posix()) {
                Files.setPosixFilePermissions(directory, OWNER_ONLY_DIRECTORY);
            }
            return;
        }
        Files.createDirectories(directory.toAbsolutePath().getParent());
        Files.createDirectory(directory, ownerOnly(OWNER_ONLY_DIRECTORY));
    }

    private static FileAttribute<?>[] ownerOnly(Set<PosixFilePermission> permissions) {
        return posix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }
}
