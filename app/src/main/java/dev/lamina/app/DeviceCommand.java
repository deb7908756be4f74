package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.data.Columns;
import dev.lamina.train.FinetuneDevice;
import dev.lamina.wire.Address;
import dev.lamina.wire.Backoff;
import dev.lamina.wire.BlobCache;
import dev.lamina.wire.ConnectionException;
import dev.lamina.wire.Identity;
import dev.lamina.wire.WireClient;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `lamina device`: a device with data of its own, which takes part in the run of a server.
@Command(
        name = "device",
        mixinStandardHelpOptions = true,
        customSynopsis = "lamina device --server HOST:PORT --data FILE [FLAGS]",
        description = {
            "Take part in the run of a 'lamina server' with the samples of a file, which never leave this machine: what is"
                    + " sent are activations with their labels, and adapters."
        },
        footer = {
            "",
            "The device finds out from the server what to do. It connects again when the connection breaks or the server is"
                    + " restarted, and goes on where it was when it is restarted itself.",
            "",
            "Examples:",
            "  lamina device --server edge.example.org:7070 --data camera.csv --name camera-1",
            "  lamina device --server 127.0.0.1:7070 --data shard.jsonl --name m3-1 --insecure",
            "",
            "Exit codes: 0 the run is over, 1 it failed, 2 bad input or refused, 130 interrupted."
        })
final class DeviceCommand implements Callable<Integer> {
    private static final long LARGEST_MESSAGE = 1L << 30;

    private final Context context;

    @Option(
            names = "--server",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Where the server listens.")
    private String server = "";

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description =
                    "The samples of this device: .csv, .tsv, .jsonl, or .txt of 'text;label' lines.")
    private String data = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "Name of this device, as in its certificate. Default: the only one in --certs.")
    private @Nullable String name;

    @Option(
            names = "--text-column",
            paramLabel = "NAME",
            description = "Column or key that holds the text, if it has no usual name.")
    private @Nullable String textColumn;

    @Option(
            names = "--label-column",
            paramLabel = "NAME",
            description = "Column or key that holds the label, if it has no usual name.")
    private @Nullable String labelColumn;

    @Mixin(name = "Security")
    private final NetworkOptions.Security security = new NetworkOptions.Security();

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Where this device keeps its optimiser's state. Default: ~/.local/state/lamina/NAME.")
    private @Nullable Path state;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Where parts of models are kept. Default: ~/.cache/lamina.")
    private @Nullable Path cache;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Threads of a tensor operation; 0 for what gives exactly the result of 'lamina finetune'."
                            + " Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Option(
            names = "--give-up",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description =
                    "End after so long without contact to the server (exit code 1). Default: ${DEFAULT-VALUE}.")
    private double giveUp;

    @Mixin(name = "Log")
    private final NetworkOptions.Logging logging = new NetworkOptions.Logging();

    @Option(names = "--quiet", description = "Print nothing but warnings and errors.")
    private boolean quiet;

    @SuppressWarnings("unused") // Main reads it
    @Option(names = "--debug", description = "Show stack traces and the libraries' own messages.")
    private boolean debug;

    DeviceCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        NetworkOptions.quietLibrary();
        Address address = Address.parse("--server", server);
        security.check("--server", address);
        BadInputException.check(
                threads >= 0, "--threads " + threads + " is below 0", "take --threads 1");
        BadInputException.check(
                giveUp > 0 && giveUp < 1e9,
                "--give-up " + giveUp + " is not a number of seconds above 0",
                "take --give-up 600");
        EventLog events = logging.open(context, quiet);
        String own = security.name(name);
        Identity identity = security.insecure ? null : Identity.device(security.certs, own);
        WireClient.Config line =
                new WireClient.Config(
                        address, identity, own, Backoff.DEFAULT, giveUp, LARGEST_MESSAGE);
        FinetuneDevice.Config config =
                new FinetuneDevice.Config(
                        line,
                        data,
                        new Columns(textColumn, labelColumn),
                        new BlobCache(cache == null ? BlobCache.defaultDirectory() : cache),
                        state == null ? NetworkOptions.stateDirectory(own) : state,
                        threads);
        try (StopSignal stop = StopSignal.install(context.err())) {
            return run(config, new DeviceEvents(events, stop, own));
        }
    }

    private int run(FinetuneDevice.Config config, DeviceEvents events) {
        try (FinetuneDevice device = new FinetuneDevice(config, events)) {
            Double accuracy = device.run();
            if (accuracy == null) {
                return Failures.INTERRUPTED;
            }
            events.finished(accuracy);
            return Failures.DONE;
        } catch (ConnectionException e) {
            if (e.kind() == ConnectionException.Kind.REFUSED) {
                throw new BadInputException(
                        "%s, device %s: %s".formatted(server, config.line().name(), e.getMessage()),
                        "the certificate is for another name, of another server, expired or revoked: see"
                                + " 'lamina certs list' there");
            }
            events.failed(String.valueOf(e.getMessage()));
            return Failures.FAILED;
        }
    }

    /// Tells the log what a device does.
    private static final class DeviceEvents implements FinetuneDevice.Listener {
        private static final long BETWEEN_LINES_NANOS = 10_000_000_000L;

        private final EventLog log;
        private final StopSignal stop;
        private final String name;
        private long lastLine = System.nanoTime();
        private int steps;

        DeviceEvents(EventLog log, StopSignal stop, String name) {
            this.log = log;
            this.stop = stop;
            this.name = name;
        }

        @Override
        public void event(String text) {
            log.info(text, Map.of("device", name));
        }

        @Override
        public void round(int round, int roundSteps) {
            steps = roundSteps;
            log.info(
                    "round started",
                    new TreeMap<>(Map.of("device", name, "round", round, "steps", roundSteps)));
        }

        @Override
        public void stepped(int round, int step, double loss) {
            if (System.nanoTime() - lastLine > BETWEEN_LINES_NANOS) {
                lastLine = System.nanoTime();
                log.info(
                        "step",
                        new TreeMap<>(
                                Map.of(
                                        "device",
                                        name,
                                        "round",
                                        round,
                                        "step",
                                        step,
                                        "loss",
                                        "%.4f".formatted(loss),
                                        "steps_in_round",
                                        steps)));
            }
        }

        @Override
        public boolean stopRequested() {
            return stop.requested();
        }

        void finished(double accuracy) {
            log.info(
                    "the run is over",
                    new TreeMap<>(
                            Map.of("device", name, "test_accuracy", "%.4f".formatted(accuracy))));
        }

        void failed(String why) {
            log.warn(why, Map.of("device", name));
        }
    }
}
