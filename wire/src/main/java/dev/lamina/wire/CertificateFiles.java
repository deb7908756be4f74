package dev.lamina.wire;

import dev.lamina.base.BadInputException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// Where certificates, keys and the revocation list stand in a directory.
record CertificateFiles(Path directory) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /// A device's name that a certificate may carry; 64 characters is X.509's own limit.
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /// Fails unless the name is one that a certificate and a file can carry.
    static void checkName(String name) {
        BadInputException.check(
                isName(name),
                "device name '" + Refusals.printable(name) + "' cannot be used",
                "use at most 64 letters, digits, '.', '_' and '-', with a letter or digit first");
    }

    Path ca() {
        return directory.resolve("ca.pem");
    }

    Path caKey() {
        return directory.resolve("ca.key");
    }

    Path server() {
        return directory.resolve("server.pem");
    }

    Path serverKey() {
        return directory.resolve("server.key");
    }

    Path device(String name) {
        return directory.resolve("device-" + name + ".pem");
    }

    Path deviceKey(String name) {
        return directory.resolve("device-" + name + ".key");
    }

    Path revoked() {
        return directory.resolve("revoked.crl.pem");
    }

    /// Of all certificates that were ever issued: a line each.
    Path issued() {
        return directory.resolve("issued.txt");
    }
}
