package dev.lamina.fed;

import dev.lamina.air.Examples;
import dev.lamina.air.Federation;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.wire.Address;
import dev.lamina.wire.Backoff;
import dev.lamina.wire.Offence;
import dev.lamina.wire.WireClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A federation on sockets of this machine, whose parties are threads of one process.
final class Network implements AutoCloseable {
    private final Path directory;
    private final Setup setup;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    final List<String> log = new CopyOnWriteArrayList<>();
    volatile boolean stop;

    Network(Path directory, Setup setup) {
        this.directory = directory;
        this.setup = setup;
    }

    static FederationNetwork config(double deadline, double rejoin) {
        return new FederationNetwork(new Address("127.0.0.1", 0), null, 1, 1, deadline, rejoin);
    }

    /// What becomes of the state after each round.
    interface Keeper {
        void keep(SequencedMap<String, FloatTensor> state, Roster roster);
    }

    /// Starts who leads, and waits until servers can join.
    Future<Setup.Outcome> lead(FederationNetwork config) {
        return lead(config, null, null, (_, _) -> {});
    }

    Future<Setup.Outcome> lead(
            FederationNetwork config,
            @Nullable SequencedMap<String, FloatTensor> state,
            @Nullable Roster roster,
            Keeper keeper) {
        Future<Setup.Outcome> outcome =
                threads.submit(() ->
                        lead(setup.settings().model().fresh(1), config, state, roster, keeper));
        port();
        return outcome;
    }

    private <E> Setup.Outcome lead(
            TrainedPredictor<E> model,
            FederationNetwork config,
            @Nullable SequencedMap<String, FloatTensor> state,
            @Nullable Roster roster,
            Keeper keeper) {
        try (model;
                RemoteServers servers =
                        new RemoteServers(
                                Setup.NAMES.size(),
                                setup.settings(),
                                model.parameters().snapshot(),
                                config,
                                new Watch(),
                                roster)) {
            Federation<E> federation =
                    new Federation<>(
                            model,
                            servers,
                            setup.heldOut(model),
                            setup.settings().training().seed(),
                            setup.settings().federation());
            if (state != null) {
                federation.restore(state);
            }
            servers.open();
            List<Federation.RoundReport> reports =
                    federation.run(
                            new Federation.Listener() {
                                @Override
                                public void round(Federation.RoundReport report) {
                                    log.add("done " + report.round() + " " + report.servers());
                                    keeper.keep(federation.state(), servers.roster());
                                }

                                @Override
                                public boolean stopRequested() {
                                    return stop;
                                }
                            });
            if (federation.roundsDone() == setup.settings().federation().rounds()) {
                servers.finish(model.parameters().values());
            }
            return new Setup.Outcome(model.parameters().snapshot(), reports);
        }
    }

    private final class Watch implements FederationListener {
        @Override
        public void listening(int number) {
            port.complete(number);
        }

        @Override
        public void joined(String server, int round) {
            log.add("joined " + server);
        }

        @Override
        public void left(String server, int round) {
            log.add("left " + server);
        }

        @Override
        public void refused(String who, Offence offence, String reason) {
            log.add("refused " + who + " " + reason);
        }

        @Override
        public void leftOut(String server, int round, String why) {
            log.add("left out " + server + " " + round + " " + why);
        }
    }

    int port() {
        return get(port);
    }

    WireClient.Config line(String name, int at) {
        return new WireClient.Config(
                new Address("127.0.0.1", at), null, name, new Backoff(0.05, 0.3), 30, 1 << 26);
    }

    /// A server's listener that remembers what came of it.
    static class Fate implements Member.Listener {
        final List<SequencedMap<String, FloatTensor>> results = new ArrayList<>();
        volatile boolean leave;

        @Override
        public void finished(TrainedPredictor<?> model) {
            results.add(model.parameters().snapshot());
        }

        @Override
        public boolean stopRequested() {
            return leave;
        }
    }

    /// Starts a server.
    Future<Boolean> join(int server, Fate fate) {
        return join(server, fate, port());
    }

    Future<Boolean> join(int server, Fate fate, int at) {
        Member.Config config =
                new Member.Config(
                        line(Setup.NAMES.get(server), at),
                        Setup.tracks(server).tracks(),
                        directory.resolve("state-" + server));
        return threads.submit(() -> {
            try (Member member = new Member(config, new Tracks(server), fate)) {
                return member.run();
            }
        });
    }

    private final class Tracks implements Member.Material {
        private final int server;

        Tracks(int server) {
            this.server = server;
        }

        @Override
        public <E> Examples<E> examples(Assignment assignment, TrainedPredictor<E> model) {
            return setup.examples(model, server);
        }
    }

    static <T extends @Nullable Object> T get(Future<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e.getCause() == null ? e : e.getCause());
        }
    }

    @Override
    public void close() {
        stop = true;
        threads.shutdownNow();
    }
}
