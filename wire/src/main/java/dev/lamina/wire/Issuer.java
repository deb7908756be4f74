package dev.lamina.wire;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CRLHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// Signs certificates and revocation lists with a CA's key: P-256, SHA-256, X.509 version 3 as in
/// RFC 5280. BouncyCastle writes the structures, the JDK's own providers do the cryptography.
final class Issuer {
    private static final String SIGNATURE = "SHA256withECDSA";

    /// So long that a list is never out of date while its CA lives: what a device is refused for is
    /// what the list says, not that nobody renewed it.
    private static final Duration LIST_LIFETIME = Duration.ofDays(3650);

    private final X509Certificate certificate;
    private final PrivateKey key;

    Issuer(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    /// From when to when a certificate holds.
    record Validity(Instant from, Instant to) {
        /// Devices' clocks may be a little behind.
        private static final Duration EARLIER = Duration.ofMinutes(5);

        static Validity of(Instant now, int days) {
            return new Validity(now.minus(EARLIER), now.plus(Duration.ofDays(days)));
        }
    }

    /// A new CA, which signs its own certificate.
    static Issuer selfSigned(Validity validity) {
        KeyPair keys = newKeys();
        BigInteger serial = newSerial();
        // Two CAs have different names, so that a message can tell which one is meant.
        String name = "CN=Lamina CA " + Refusals.hex(serial).substring(0, 8);
        X500Name subject = new X500Name(name);
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            subject,
                            serial,
                            Date.from(validity.from()),
                            Date.from(validity.to()),
                            subject,
                            keys.getPublic());
            int usage = KeyUsage.keyCertSign | KeyUsage.cRLSign;
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(usage))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils()
                                    .createSubjectKeyIdentifier(keys.getPublic()));
            return new Issuer(sign(builder, keys.getPrivate()), keys.getPrivate());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot make a CA certificate", e);
        }
    }

    X509Certificate certificate() {
        return certificate;
    }

    PrivateKey key() {
        return key;
    }

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no P-256", e);
        }
    }

    /// 128 bits of which 127 are random: serials are all of one length and never meet.
    private static BigInteger newSerial() {
        return new BigInteger(128, new SecureRandom()).setBit(127);
    }

    X509Certificate server(PublicKey subject, GeneralNames hosts, Validity validity) {
        return leaf(subject, "server", KeyPurposeId.id_kp_serverAuth, hosts, validity);
    }

    X509Certificate device(PublicKey subject, String name, Validity validity) {
        return leaf(subject, name, KeyPurposeId.id_kp_clientAuth, null, validity);
    }

    private X509Certificate leaf(
            PublicKey subject,
            String name,
            KeyPurposeId purpose,
            @Nullable GeneralNames hosts,
            Validity validity) {
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            certificate,
                            newSerial(),
                            Date.from(validity.from()),
                            Date.from(validity.to()),
                            new X500Name("CN=" + name),
                            subject);
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purpose))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            identifiers.createSubjectKeyIdentifier(subject))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            identifiers.createAuthorityKeyIdentifier(certificate));
            if (hosts != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, hosts);
            }
            return sign(builder, key);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot make a certificate for " + name, e);
        }
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer(key)));
    }

    private static ContentSigner signer(PrivateKey key) {
        try {
            return new JcaContentSignerBuilder(SIGNATURE).build(key);
        } catch (OperatorException e) {
            throw new IllegalStateException("this JDK has no " + SIGNATURE, e);
        }
    }

    /// The list after `previous`, with these serials in addition.
    X509CRL revocationList(
            @Nullable X509CRL previous, Collection<BigInteger> serials, Instant now) {
        try {
            JcaX509v2CRLBuilder builder =
                    new JcaX509v2CRLBuilder(certificate.getSubjectX500Principal(), Date.from(now));
            builder.setNextUpdate(Date.from(now.plus(LIST_LIFETIME)));
            BigInteger number = BigInteger.ONE;
            if (previous != null) {
                builder.addCRL(new JcaX509CRLHolder(previous));
                number = number(previous).add(BigInteger.ONE);
            }
            for (BigInteger serial : serials) {
                builder.addCRLEntry(serial, Date.from(now), CRLReason.privilegeWithdrawn);
            }
            builder.addExtension(Extension.cRLNumber, false, new CRLNumber(number))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
            return new JcaX509CRLConverter().getCRL(builder.build(signer(key)));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot make a revocation list", e);
        }
    }

    /// The list's number; 0 if it has none.
    static BigInteger number(X509CRL list) throws GeneralSecurityException {
        @Nullable Extension extension =
                new JcaX509CRLHolder(list).getExtension(Extension.cRLNumber);
        return extension == null
                ? BigInteger.ZERO
                : CRLNumber.getInstance(extension.getParsedValue()).getCRLNumber();
    }
}
