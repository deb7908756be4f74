package dev.lamina.wire;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// A certificate that a [CertificateAuthority] has issued.
///
/// @param role who shows it
/// @param name the device's name, or `server`
/// @param serial its number
/// @param expires the moment from which nobody accepts it
/// @param state what it is worth now
/// @param files of certificate and private key; none if a newer one has taken their place
public record IssuedCertificate(
        Role role, String name, BigInteger serial, Instant expires, State state, List<Path> files) {
    /// Who shows a certificate.
    public enum Role {
        /// The edge server.
        SERVER,
        /// A device.
        DEVICE
    }

    /// What a certificate is worth.
    public enum State {
        /// Accepted.
        VALID,
        /// Accepted as well, until it expires or is revoked, though a newer one was issued.
        REPLACED,
        /// Refused since its time is over.
        EXPIRED,
        /// Refused.
        REVOKED
    }

    /// The serial as messages and logs show it.
    public String serialText() {
        return Refusals.hex(serial);
    }
}
