package dev.lamina.wire;

import dev.lamina.base.BadInputException;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.jspecify.annotations.Nullable;

/// Under which names and addresses devices may reach a server.
final class HostNames {
    /// The same machine's: for trying things out.
    private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "::1");

    private static final Pattern DNS =
            Pattern.compile(
                    "(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
                            + "(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*");
    private static final Pattern DIGITS = Pattern.compile("[0-9.]+");

    private HostNames() {}

    /// As they stand in a certificate, with those of the machine itself.
    ///
    /// @throws BadInputException if one is neither a name nor an address
    static GeneralNames of(Collection<String> hosts) {
        Set<GeneralName> names = new LinkedHashSet<>();
        hosts.forEach(host -> names.add(name(host)));
        LOCAL.forEach(host -> names.add(name(host)));
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private static GeneralName name(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? inner(host) : host;
        @Nullable InetAddress address = address(bare);
        if (address != null) {
            return new GeneralName(GeneralName.iPAddress, new DEROctetString(address.getAddress()));
        }
        BadInputException.check(
                DNS.matcher(bare).matches() && !DIGITS.matcher(bare).matches(),
                "host '" + Refusals.printable(host) + "' is neither a host name nor an IP address",
                "give it without port or scheme, as in edge.example.org, 192.0.2.7 or 2001:db8::7");
        return new GeneralName(GeneralName.dNSName, bare);
    }

    private static String inner(String host) {
        return host.substring(1, host.length() - 1);
    }

    private static @Nullable InetAddress address(String host) {
        if (!ADDRESS.matcher(host).matches()) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// Those in a certificate.
    static List<String> in(X509Certificate certificate) {
        List<String> hosts = new ArrayList<>();
        try {
            @Nullable Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                names.forEach(name -> hosts.add(String.valueOf(name.get(1))));
            }
        } catch (CertificateParsingException e) {
            return List.of();
        }
        return hosts;
    }
}
