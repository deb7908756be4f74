package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.Processes.Outcome;
import dev.lamina.app.Processes.Running;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A server and its devices as processes of this machine, with certificates of their own.
final class FleetProcesses implements AutoCloseable {
    static final List<String> NAMES =
            List.of(
                    "jetson-nano-1",
                    "jetson-tx2-1",
                    "snapdragon-8s-gen-3-1",
                    "snapdragon-8-gen-3-1");

    final Path folder;
    final Path certificates;
    final int port;
    private final String host;
    private final List<String> devicePrefix;
    private final List<Object> run;
    private final List<Object> serverFlags;
    private final Map<String, Running> running = new LinkedHashMap<>();

    /// Prepares data and certificates.
    ///
    /// @param run flags of the run, the same for `finetune` and `server`
    /// @param serverFlags what only the server has
    FleetProcesses(Path folder, List<?> run, List<?> serverFlags) throws IOException {
        this(folder, run, serverFlags, "127.0.0.1", List.of());
    }

    /// @param host address that the server listens on
    /// @param devicePrefix what stands before a device's command, such as `ip netns exec NAME`
    FleetProcesses(
            Path folder, List<?> run, List<?> serverFlags, String host, List<String> devicePrefix)
            throws IOException {
        this.host = host;
        this.devicePrefix = List.copyOf(devicePrefix);
        this.folder = folder;
        this.certificates = folder.resolve("certs");
        this.run = new ArrayList<>(run);
        this.serverFlags = new ArrayList<>(serverFlags);
        Path data = folder.resolve("colours.csv");
        StringBuilder csv = new StringBuilder("text,label\n");
        for (int i = 0; i < 200; i++) {
            csv.append(
                    i % 2 == 0
                            ? "grass and leaf %d,green%n".formatted(i)
                            : "sky and sea %d,blue%n".formatted(i));
        }
        Files.writeString(data, csv);
        this.run.addAll(List.of("--data", data, "--devices", NAMES.size()));
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        ok(
                "data",
                "split",
                "--data",
                data,
                "--devices",
                NAMES.size(),
                "--out",
                folder.resolve("data"));
        ok("certs", "init", "--dir", certificates);
        ok("certs", "server", "--dir", certificates, "--host", host);
        for (String name : NAMES) {
            ok("certs", "device", name, "--dir", certificates);
        }
    }

    /// Runs a command that must succeed.
    String ok(Object... args) throws IOException {
        Outcome outcome = Processes.lamina(folder, args).await();
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome.out();
    }

    /// The same run in one process; the adapter that it came to.
    byte[] adapterInOneProcess() throws IOException {
        List<Object> args = new ArrayList<>(List.of("finetune"));
        args.addAll(run);
        args.addAll(List.of("--quiet", "--out", folder.resolve("local")));
        ok(args.toArray());
        return adapter("local");
    }

    byte[] adapterOfServer() throws IOException {
        return adapter("server");
    }

    private byte[] adapter(String which) throws IOException {
        return Files.readAllBytes(
                folder.resolve(which).resolve("adapter").resolve("adapter_model.safetensors"));
    }

    Running startServer() throws IOException {
        List<Object> args = new ArrayList<>(List.of("server"));
        args.addAll(run);
        args.addAll(serverFlags);
        args.addAll(
                List.of(
                        "--listen",
                        host + ":" + port,
                        "--certs",
                        certificates,
                        "--out",
                        folder.resolve("server")));
        return start("server", List.of(), args);
    }

    Running startDevice(String name) throws IOException {
        return startDevice(name, certificates);
    }

    Running startDevice(String name, Path identity) throws IOException {
        List<Object> args = new ArrayList<>(List.of("device", "--server", host + ":" + port));
        args.addAll(List.of("--name", name, "--certs", identity));
        args.addAll(List.of("--data", folder.resolve("data").resolve(name + ".jsonl")));
        args.addAll(List.of("--state", folder.resolve("state").resolve(name)));
        args.addAll(List.of("--cache", folder.resolve("cache")));
        return start(name, devicePrefix, args);
    }

    private Running start(String who, List<String> prefix, List<Object> args) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Processes.root().resolve("lamina").toString());
        args.forEach(arg -> command.add(arg.toString()));
        Running started = Processes.start(folder, Map.of(), command);
        running.put(who, started);
        return started;
    }

    void startAll() throws IOException {
        startServer();
        for (String name : NAMES) {
            startDevice(name);
        }
    }

    Running process(String who) {
        return Objects.requireNonNull(running.get(who), who);
    }

    /// `kill -9`, and the same command again.
    void killAndRestart(String who) throws IOException, InterruptedException {
        process(who).process().destroyForcibly().waitFor();
        if (who.equals("server")) {
            startServer();
        } else {
            startDevice(who);
        }
    }

    @Override
    public void close() {
        running.values().forEach(r -> r.process().destroyForcibly());
    }
}
