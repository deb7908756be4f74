package dev.lamina.app;

import dev.lamina.app.RunRecord.Status;
import dev.lamina.base.BadInputException;
import dev.lamina.train.FinetuneResult;
import dev.lamina.train.FinetuneServer;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.NetworkConfig;
import dev.lamina.train.NoDevicesException;
import dev.lamina.wire.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lamina server`: the edge server of a fine-tuning run whose devices are other processes.
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        customSynopsis = "lamina server [SPEC.yaml] --listen HOST:PORT [FLAGS]",
        description = {
            "Fine-tune with devices on other machines: wait for 'lamina device' processes, train with them, and write the"
                    + " same results as 'lamina finetune' with the same spec and seed.",
            "",
            "The server needs no training data: of --data it takes the classes and the validation and test samples."
                    + " 'lamina data split' writes what each device and the server need."
        },
        footer = {
            "",
            "Killed and started again with the same command, it goes on after the last finished round. SIGTERM and Ctrl-C"
                    + " save and end it (exit code 130).",
            "",
            "Examples:",
            "  lamina certs init && lamina certs server --host edge.example.org && lamina certs device camera-1",
            "  lamina server recipes/network.yaml --listen 0.0.0.0:7070",
            "  lamina server --devices 4 --listen 127.0.0.1:7070 --insecure --round-deadline 60 --min-devices 3",
            "",
            "Exit codes: 0 done, 1 the run failed or had too few devices, 2 bad input, 130 interrupted."
        })
final class ServerCommand implements Callable<Integer> {
    private final Context context;

    @Spec private CommandSpec command;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = SpecDefaults.LABEL,
            description =
                    "A run spec: YAML whose keys are the flags below without dashes. Flags override it.")
    private @Nullable Path specFile;

    @Mixin(name = "Network")
    private final NetworkOptions.Listening listening = new NetworkOptions.Listening();

    @Mixin(name = "Security")
    private final NetworkOptions.Security security = new NetworkOptions.Security();

    @Mixin(name = "Model and data")
    private final FinetuneOptions.Input input = new FinetuneOptions.Input();

    @Mixin(name = "Devices and server")
    private final EdgeOptions edge = new EdgeOptions();

    @Mixin(name = "Adapter")
    private final FinetuneOptions.Adapter adapter = new FinetuneOptions.Adapter();

    @Mixin(name = "Training")
    private final FinetuneOptions.Training training = new FinetuneOptions.Training();

    @Mixin(name = "Run")
    private final FinetuneOptions.Run run = new FinetuneOptions.Run();

    @Mixin(name = "Results")
    private final Place place = new Place();

    @Mixin(name = "Log")
    private final NetworkOptions.Logging logging = new NetworkOptions.Logging();

    @Mixin(name = "Output")
    private final CommonOptions common = new CommonOptions();

    ServerCommand(Context context) {
        this.context = context;
    }

    static final class Place {
        @Option(
                names = "--out",
                paramLabel = "DIR",
                description =
                        "Directory for state and results; a run in it goes on. Default: runs/server-<name of the spec>.")
        @Nullable Path out;
    }

    @Override
    @SuppressWarnings("try") // the lock is only held
    public Integer call() {
        NetworkOptions.quietLibrary();
        common.check();
        listening.check();
        EventLog log = logging.open(context, common.quiet);
        FinetuneSpec spec = FinetuneOptions.spec(input, edge, null, adapter, training, run);
        NetworkConfig config = listening.config(security);
        Path path = path();
        Path result = path.resolve("result.json");
        if (Files.isRegularFile(result)) {
            return alreadyDone(result);
        }
        boolean fresh = !Files.exists(path);
        RunDirectory directory =
                fresh ? RunDirectory.create(context, "server", path) : RunDirectory.resume(path);
        try (FileChannel lock = lock(directory.path());
                FinetuneServer server = prepare(spec, config, directory, fresh)) {
            return serve(server, directory.path(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
        }
    }

    private Path path() {
        if (place.out != null) {
            return place.out;
        }
        String name = specFile == null ? "default" : String.valueOf(specFile.getFileName());
        return context.runs().resolve("server-" + name.replaceFirst("\\.ya?ml$", ""));
    }

    private int alreadyDone(Path result) {
        try {
            String json = Files.readString(result);
            context.err()
                    .println("this run is done: " + FinetuneOutput.shown(result.toAbsolutePath()));
            if ("-".equals(common.json)) {
                context.out().print(json);
            }
            return Failures.DONE;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + result + ": " + e.getMessage(), e);
        }
    }

    /// Two servers in one directory would spoil each other's state.
    @SuppressWarnings("resource") // the lock lives as long as its channel
    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve(".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        @Nullable FileLock held;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            held = null;
        }
        if (held == null) {
            channel.close();
            throw new BadInputException(
                    "another server works in " + directory, "give this one another --out");
        }
        return channel;
    }

    private FinetuneServer prepare(
            FinetuneSpec spec, NetworkConfig config, RunDirectory directory, boolean fresh) {
        try {
            return FinetuneServer.prepare(spec, config);
        } catch (RuntimeException | Error e) {
            if (fresh) {
                directory.discard();
            }
            throw e;
        }
    }

    private int serve(FinetuneServer server, Path path, EventLog log) {
        Map<String, Object> flags = SpecWriter.values(command, EdgeOptions::portable);
        SpecWriter.write(path.resolve("spec.yaml"), "server", flags);
        RunSession session = new RunSession(context, "server", path, flags);
        session.begin();
        server.leftOut()
                .forEach(device ->
                        log.warn(
                                "left out: it has too little memory for its part",
                                Map.of("device", device)));
        try (StopSignal stop = StopSignal.install(context.err());
                ServerEvents events =
                        new ServerEvents(log, stop, this::metricsAt, listening.metrics != null)) {
            FinetuneResult result = server.run(path, events);
            if (result == null) {
                session.end(Status.INTERRUPTED, null);
                log.info("stopped, state saved", Map.of("directory", path));
                return Failures.INTERRUPTED;
            }
            new FinetuneOutput(context, common, path)
                    .write(
                            result,
                            result.cuts().isEmpty() ? "uncut" : "cut " + Cuts.text(result.cuts()),
                            server::saveAdapter,
                            server::saveModel);
            session.end(Status.DONE, result);
            return Failures.DONE;
        } catch (NoDevicesException e) {
            session.end(Status.INTERRUPTED, null);
            log.warn(e.getMessage() + "; state saved", Map.of("directory", path));
            return Failures.FAILED;
        } catch (RuntimeException | Error e) {
            session.end(Status.FAILED, null);
            throw e;
        }
    }

    private @Nullable Address metricsAt(int port) {
        return listening.metrics(port);
    }
}
