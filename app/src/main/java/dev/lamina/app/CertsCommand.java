package dev.lamina.app;

import dev.lamina.wire.CertificateAuthority;
import dev.lamina.wire.IssuedCertificate;
import dev.lamina.wire.IssuedCertificate.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lamina certs`: makes a private CA, and the certificates of the server and the devices.
@Command(
        name = "certs",
        mixinStandardHelpOptions = true,
        description = "Make the certificates of the edge server and the devices.",
        synopsisSubcommandLabel = "init|server|device|revoke|list",
        footer = {
            "",
            "Examples:",
            "  lamina certs init",
            "  lamina certs server --host edge.example.org --host 192.0.2.7",
            "  lamina certs device pi-01",
            "  lamina certs device pi-01 --renew --days 90",
            "  lamina certs revoke pi-01",
            "  lamina certs list"
        })
final class CertsCommand implements Runnable {
    private final Context context;
    @Spec private CommandSpec spec;

    CertsCommand(Context context) {
        this.context = context;
    }

    /// Where the CA is.
    static final class Place {
        @Option(
                names = "--dir",
                paramLabel = "DIR",
                defaultValue = "certs",
                description = "Folder of the CA. Default: ${DEFAULT-VALUE}.")
        Path directory;
    }

    /// How a certificate is issued.
    static final class Issuing {
        @Option(
                names = "--days",
                paramLabel = "N",
                defaultValue = "365",
                description = "Days until the certificate expires. Default: ${DEFAULT-VALUE}.")
        int days;

        @Option(
                names = "--renew",
                description = "Replace the certificate and the key that are there.")
        boolean renew;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no subcommand of 'certs' is given");
    }

    @Command(
            name = "init",
            mixinStandardHelpOptions = true,
            description = "Make a CA in a new folder.")
    int init(
            @Option(
                            names = "--days",
                            paramLabel = "N",
                            defaultValue = "3650",
                            description = "Days until the CA expires. Default: ${DEFAULT-VALUE}.")
                    int days,
            @Mixin(name = "Where") Place place,
            @Mixin(name = "Output") CommonOptions options) {
        options.check();
        CertificateAuthority.init(place.directory, days, context.clock());
        if (options.showsTable()) {
            say("%s: a new CA, for %d days".formatted(place.directory, days));
            say("Keep %s here: who has it can pass for any device.".formatted(in(place, "ca.key")));
            say("Next: 'lamina certs server --host NAME', 'lamina certs device NAME'.");
        }
        options.write(context, Map.of("folder", place.directory.toString(), "days", days));
        return Failures.DONE;
    }

    @Command(
            name = "server",
            mixinStandardHelpOptions = true,
            description = "Issue the edge server's certificate.")
    int server(
            @Option(
                            names = "--host",
                            paramLabel = "HOST",
                            description =
                                    "Name or IP address under which devices reach the server; may be given"
                                            + " several times. localhost is always one; with --renew alone, the"
                                            + " hosts stay as they are.")
                    @Nullable List<String> hosts,
            @Mixin(name = "Issuing") Issuing issuing,
            @Mixin(name = "Where") Place place,
            @Mixin(name = "Output") CommonOptions options) {
        options.check();
        List<String> named = hosts == null ? List.of() : hosts;
        IssuedCertificate issued = open(place).issueServer(named, issuing.days, issuing.renew);
        if (options.showsTable()) {
            print(issued);
            if (named.isEmpty() && !issuing.renew) {
                say("It holds for devices on this machine only; --host names others.");
            }
            say(
                    "Copy to the server: %s, %s and, after each 'lamina certs revoke', %s."
                            .formatted(
                                    in(place, "ca.pem"),
                                    files(issued),
                                    in(place, "revoked.crl.pem")));
        }
        options.write(context, json(issued));
        return Failures.DONE;
    }

    @Command(
            name = "device",
            mixinStandardHelpOptions = true,
            description = "Issue a device's certificate, which is its identity.")
    int device(
            @Parameters(
                            paramLabel = "NAME",
                            description = "The device's name: letters, digits, '.', '_', '-'.")
                    String name,
            @Mixin(name = "Issuing") Issuing issuing,
            @Mixin(name = "Where") Place place,
            @Mixin(name = "Output") CommonOptions options) {
        options.check();
        IssuedCertificate issued = open(place).issueDevice(name, issuing.days, issuing.renew);
        if (options.showsTable()) {
            print(issued);
            say("Copy to the device: %s, %s.".formatted(in(place, "ca.pem"), files(issued)));
            if (issuing.renew) {
                say(
                        "The one before holds until it expires; 'lamina certs revoke SERIAL' ends it at"
                                + " once.");
            }
        }
        options.write(context, json(issued));
        return Failures.DONE;
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description =
                    "Refuse a device from now on: all certificates of its name, or one by its serial.")
    int revoke(
            @Parameters(
                            paramLabel = "NAME|SERIAL",
                            description = "As 'lamina certs list' shows it.")
                    String which,
            @Mixin(name = "Where") Place place,
            @Mixin(name = "Output") CommonOptions options) {
        options.check();
        List<IssuedCertificate> revoked = open(place).revoke(which);
        if (options.showsTable()) {
            if (revoked.isEmpty()) {
                say("%s was revoked before".formatted(which));
            }
            revoked.forEach(this::print);
            say(
                    "A server that uses %s refuses it now; copy that file to a server elsewhere."
                            .formatted(in(place, "revoked.crl.pem")));
        }
        options.write(context, revoked.stream().map(CertsCommand::json).toList());
        return Failures.DONE;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List all certificates that were issued, the latest last.")
    int list(@Mixin(name = "Where") Place place, @Mixin(name = "Output") CommonOptions options) {
        options.check();
        List<IssuedCertificate> all = open(place).list();
        if (options.showsTable() && all.isEmpty()) {
            say("no certificates in %s yet".formatted(place.directory));
        } else if (options.showsTable()) {
            Table table = new Table("name", "for", "serial", "expires", "state");
            for (IssuedCertificate one : all) {
                table.row(
                        one.name(), lower(one.role()), one.serialText(), one.expires(), state(one));
            }
            context.out().print(table);
        }
        options.write(context, all.stream().map(CertsCommand::json).toList());
        return Failures.DONE;
    }

    private CertificateAuthority open(Place place) {
        return CertificateAuthority.open(place.directory, context.clock());
    }

    private void print(IssuedCertificate one) {
        say(
                "%s '%s': %s, expires %s, serial %s"
                        .formatted(
                                lower(one.role()),
                                one.name(),
                                state(one),
                                one.expires(),
                                one.serialText()));
    }

    private void say(String line) {
        context.out().println(line);
    }

    private static Path in(Place place, String file) {
        return place.directory.resolve(file);
    }

    private static String files(IssuedCertificate issued) {
        List<String> names = new ArrayList<>();
        issued.files().forEach(file -> names.add(file.toString()));
        return String.join(", ", names);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String state(IssuedCertificate one) {
        return one.state() == State.REPLACED ? "replaced, still valid" : lower(one.state());
    }

    private static Map<String, Object> json(IssuedCertificate one) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", one.name());
        json.put("for", lower(one.role()));
        json.put("serial", one.serialText());
        json.put("expires", one.expires().toString());
        json.put("state", lower(one.state()));
        json.put("files", one.files().stream().map(Path::toString).toList());
        return json;
    }
}
