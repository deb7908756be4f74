package dev.lamina.app;

import dev.lamina.air.ChannelView;
import dev.lamina.air.Examples;
import dev.lamina.air.TrainedModels;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.base.BadInputException;
import dev.lamina.csi.CsiFiles;
import dev.lamina.fed.Assignment;
import dev.lamina.fed.Member;
import dev.lamina.nn.Tensors;
import dev.lamina.radio.Csi;
import dev.lamina.wire.Address;
import dev.lamina.wire.Backoff;
import dev.lamina.wire.ConnectionException;
import dev.lamina.wire.Identity;
import dev.lamina.wire.WireClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lamina predict join`: an edge server with channels of its own, which takes part in the
/// federation that a `lamina predict train --listen` leads.
@Command(
        name = "join",
        mixinStandardHelpOptions = true,
        description = {
            "Take part in the federation of a 'lamina predict train --listen' with files of channels that never leave this"
                    + " machine: what is sent are the trained adapters and small layers, and losses."
        },
        footer = {
            "",
            "Model and settings come from who leads. The server connects again when the connection breaks or who leads is"
                    + " restarted, and goes on where it was when it is restarted itself.",
            "",
            "Examples:",
            "  lamina predict join edge.example.org:7070 --channels campus.npz --name campus",
            "  lamina predict join 127.0.0.1:7070 --channels a.npz,b.npz --name north --insecure --to federated",
            "",
            "Exit codes: 0 the federation is done, 1 it failed, 2 bad input or refused, 130 interrupted."
        })
final class PredictJoinCommand implements Callable<Integer> {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";
    private static final long LARGEST_MESSAGE = 1L << 30;

    private final Context context;

    @Parameters(
            index = "0",
            paramLabel = "HOST:PORT",
            description = "Where who leads the federation listens.")
    private String leader = "";

    @Option(
            names = "--channels",
            paramLabel = "FILE",
            split = ",",
            required = true,
            description = "Channels without noise, one or more files.")
    private List<Path> files = List.of();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "Name of this server, as in its certificate ('lamina certs device NAME'). Default: the only one in"
                            + " --certs.")
    private @Nullable String name;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description =
                    "Where the predictor goes that the federation comes to, with this server's own output layers; must not"
                            + " exist. Default: nowhere.")
    private @Nullable Path to;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Where this server keeps its optimiser's state. Default: ~/.local/state/lamina/NAME.")
    private @Nullable Path state;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Of the tensor engine; 0 is all cores. As many everywhere give the same bytes as one process."
                            + DEFAULT)
    private int threads;

    @Option(
            names = "--give-up",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "End after so long without contact (exit code 1)." + DEFAULT)
    private double giveUp;

    @Mixin(name = "Security")
    private final NetworkOptions.Security security = new NetworkOptions.Security();

    @Mixin(name = "Log")
    private final NetworkOptions.Logging logging = new NetworkOptions.Logging();

    @Option(names = "--quiet", description = "Print nothing but warnings and errors.")
    private boolean quiet;

    @SuppressWarnings("unused") // Main reads it
    @Option(names = "--debug", description = "Show stack traces and the libraries' own messages.")
    private boolean debug;

    PredictJoinCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        NetworkOptions.quietLibrary();
        Address address = Address.parse("the address", leader);
        security.check("join", address);
        BadInputException.check(
                threads >= 0 && threads <= 1024, "--threads " + threads, "take 0 for all cores.");
        BadInputException.check(
                giveUp > 0 && giveUp < 1e9,
                "--give-up " + giveUp + " is not a number of seconds above 0",
                "take --give-up 600");
        BadInputException.check(
                to == null || !Files.exists(to),
                "--to " + to + " exists",
                "take another name, or remove it.");
        EventLog log = logging.open(context, quiet);
        String own = security.name(name);
        Identity identity = security.insecure ? null : Identity.device(security.certs, own);
        List<Csi> channels = files.stream().map(CsiFiles::read).toList();
        Tensors.useThreads(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
        Member.Config config =
                new Member.Config(
                        new WireClient.Config(
                                address, identity, own, Backoff.DEFAULT, giveUp, LARGEST_MESSAGE),
                        channels.stream().mapToInt(Csi::tracks).sum(),
                        state == null ? NetworkOptions.stateDirectory(own) : state);
        try (StopSignal stop = StopSignal.install(context.err());
                Member member =
                        new Member(
                                config,
                                new OwnTracks(channels, stop),
                                new Events(log, stop, own))) {
            return member.run() ? Failures.DONE : Failures.INTERRUPTED;
        } catch (CancellationException e) {
            return Failures.INTERRUPTED;
        } catch (ConnectionException e) {
            if (e.kind() == ConnectionException.Kind.REFUSED) {
                throw new BadInputException(
                        "%s, server %s: %s".formatted(leader, own, e.getMessage()),
                        "the certificate is for another name, of another CA, expired or revoked: see"
                                + " 'lamina certs list' there");
            }
            log.warn(String.valueOf(e.getMessage()), Map.of("server", own));
            return Failures.FAILED;
        }
    }

    /// What this server learns from.
    private final class OwnTracks implements Member.Material {
        private final List<Csi> channels;
        private final StopSignal stop;

        OwnTracks(List<Csi> channels, StopSignal stop) {
            this.channels = channels;
            this.stop = stop;
        }

        @Override
        public <E> Examples<E> examples(Assignment assignment, TrainedPredictor<E> model) {
            ChannelView view = assignment.settings().view();
            int tracks = channels.stream().mapToInt(Csi::tracks).sum();
            try (CountProgress progress =
                    new CountProgress(context, quiet, "tracks", view.views(tracks))) {
                Examples<E> all =
                        TrackFiles.examples(
                                view,
                                model,
                                channels,
                                count -> {
                                    progress.done(count);
                                    if (stop.requested()) {
                                        throw new CancellationException();
                                    }
                                });
                return all.some(
                        TrackFiles.ofServer(
                                assignment.tracksBefore(),
                                tracks,
                                assignment.tracks(),
                                assignment.settings().training().seed()));
            }
        }
    }

    /// Tells the log what this server does.
    private final class Events implements Member.Listener {
        private static final long BETWEEN_LINES_NANOS = 10_000_000_000L;

        private final EventLog log;
        private final StopSignal stop;
        private final String own;
        private long lastLine = System.nanoTime();

        Events(EventLog log, StopSignal stop, String own) {
            this.log = log;
            this.stop = stop;
            this.own = own;
        }

        private Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("server", own);
            return fields;
        }

        @Override
        public void event(String text) {
            log.info(text, fields());
        }

        @Override
        public void assigned(Assignment assignment) {
            Map<String, Object> fields = fields();
            fields.put("number", assignment.server() + 1);
            fields.put("of", assignment.servers());
            fields.put("model", assignment.settings().model().name());
            log.info("joined", fields);
        }

        @Override
        public void round(int round, int rounds) {
            Map<String, Object> fields = fields();
            fields.put("round", round);
            fields.put("of", rounds);
            log.info("round started", fields);
        }

        @Override
        public void stepped(int step, int steps, double loss) {
            if (System.nanoTime() - lastLine > BETWEEN_LINES_NANOS) {
                lastLine = System.nanoTime();
                Map<String, Object> fields = fields();
                fields.put("done", step);
                fields.put("of", steps);
                fields.put("loss", "%.4f".formatted(loss));
                log.info("steps", fields);
            }
        }

        @Override
        public void finished(TrainedPredictor<?> model) {
            Map<String, Object> fields = fields();
            if (to != null) {
                TrainedModels.save(to, model);
                fields.put("to", to);
            }
            log.info("the federation is done", fields);
        }

        @Override
        public boolean stopRequested() {
            return stop.requested();
        }
    }
}
