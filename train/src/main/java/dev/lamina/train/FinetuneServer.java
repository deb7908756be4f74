package dev.lamina.train;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.data.Columns;
import dev.lamina.data.HeldOut;
import dev.lamina.data.Sample;
import dev.lamina.data.TextDatasets;
import dev.lamina.lam.Cut;
import dev.lamina.lam.SegmentFile;
import dev.lamina.nn.FloatTensor;
import dev.lamina.wire.BlobId;
import dev.lamina.wire.BlobShelf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The edge server of a fine-tuning job over a network: the same roles, messages and rounds as
/// [Finetune], with devices that are other processes. It never sees their samples; what it is given
/// of the data set are the classes and the samples that adapters are judged by.
public final class FinetuneServer implements AutoCloseable {
    private static final long TICK_MILLIS = 200;

    private final FinetuneSpec spec;
    private final NetworkConfig config;
    private final HeldOut data;
    private final TaskModel model;
    private final List<TokenizedSample> test;
    private final String fingerprint;
    private final Lanes lanes;
    private final Server server;
    private final Rounds rounds;
    private final SimulatedTime time;

    private Costs earlier = Costs.NONE;
    private double trainSeconds;
    private long began;
    private long lastRecheck = System.nanoTime();

    private FinetuneServer(FinetuneSpec spec, NetworkConfig config, HeldOut data, TaskModel model) {
        this.spec = spec;
        this.config = config;
        this.data = data;
        this.model = model;
        List<TokenizedSample> validation = model.tokenize(data.validation());
        test = model.tokenize(data.test());
        fingerprint = fingerprint(spec, data);
        lanes = new Lanes(spec.threads(), spec.devices().size());
        server =
                new Server(
                        model.manager(),
                        model.initial(),
                        spec.scheme(),
                        spec.execution().recompute());
        rounds = new Rounds(server, adapter -> model.evaluate(adapter, validation, lanes));
        time = new SimulatedTime(spec, model.backbone().bert().config(), model.labels().size());
    }

    /// Loads model and held-out data and checks that they and the spec fit together.
    ///
    /// @throws BadInputException if they do not
    public static FinetuneServer prepare(FinetuneSpec spec, NetworkConfig config) {
        BadInputException.check(
                !spec.scheme().pooled(),
                "scheme " + spec.scheme() + " has all data in one place, and nothing to serve",
                "take --scheme shared or federated, or 'lamina finetune'");
        BadInputException.check(
                spec.execution().together() == 1,
                "together " + spec.execution().together() + " is for runs in one process",
                "leave --together out: over a network devices do not arrive together.");
        BadInputException.check(
                !spec.personalHead(),
                "head personal is for runs in one process",
                "take --head shared: a server without the heads cannot judge a round.");
        BadInputException.check(
                spec.wireless() == null,
                "an allocation in a wireless cell is for runs in one process",
                "leave it out: a network has links of its own.");
        spec.joining().checkNetwork();
        checkEnough(spec, config);
        HeldOut data =
                TextDatasets.heldOut(
                        spec.data(),
                        new Columns(spec.textColumn(), spec.labelColumn()),
                        spec.seed());
        TaskModel model = TaskModel.load(spec, data.labels());
        try {
            checkEnough(model.spec(), config);
            return new FinetuneServer(model.spec(), config, data, model);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static void checkEnough(FinetuneSpec spec, NetworkConfig config) {
        BadInputException.check(
                config.minDevices() <= spec.devices().size(),
                "min-devices "
                        + config.minDevices()
                        + " is above the "
                        + spec.devices().size()
                        + " devices that can take part",
                "take --min-devices 1, or devices with enough memory");
    }

    /// Devices that are too small to take part.
    public List<String> leftOut() {
        return model.deployment().leftOut();
    }

    /// Of everything that the result depends on here: the spec but for its number of threads, and
    /// the held-out samples.
    private static String fingerprint(FinetuneSpec spec, HeldOut data) {
        long hash = Seeds.derive(0, spec.withThreads(1), data.labels());
        for (List<Sample> split : List.of(data.validation(), data.test())) {
            hash = Seeds.derive(hash, split.hashCode(), split.size());
        }
        return Long.toHexString(hash);
    }

    /// Waits for devices and trains, or goes on training from the state in the directory.
    ///
    /// @param directory where the state is stored after each round
    /// @return the result; null if the listener asked to stop before the end
    /// @throws BadInputException if the state there belongs to another spec, or the address cannot
    ///   be used
    /// @throws NoDevicesException if there were too few devices for too long
    public @Nullable FinetuneResult run(Path directory, NetworkListener listener) {
        Checkpoint stored =
                Checkpoint.exists(directory) ? Checkpoint.load(directory, fingerprint) : null;
        Checkpoint.Fleet known = stored == null ? null : stored.progress().fleet();
        BadInputException.check(
                stored == null || known != null,
                directory + " holds the state of a run in one process",
                "give another --out");
        String run = known == null ? newRun() : known.run();
        try (Fleet fleet = fleet(directory.resolve("parts"), listener, run, known)) {
            if (stored != null) {
                restore(stored, fleet);
            }
            listener.listening(fleet.port(), fleet.limitBytes());
            return run(directory, run, fleet, listener);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot listen on " + config.listen() + ": " + reason(e),
                    "another server runs there; take another port");
        }
    }

    private static String reason(IOException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return String.valueOf(cause.getMessage());
    }

    private static String newRun() {
        byte[] bytes = new byte[8];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private Fleet fleet(
            Path parts, NetworkListener listener, String run, Checkpoint.@Nullable Fleet known)
            throws IOException {
        BlobShelf shelf = new BlobShelf();
        Map<Integer, BlobId> byBlocks = new HashMap<>();
        List<BlobId> partOf = new ArrayList<>();
        BlobId tokenizer = tokenizer(parts, shelf);
        for (int u = 0; u < spec.devices().size(); u++) {
            Cut.Parts cut = model.parts(u);
            partOf.add(
                    byBlocks.computeIfAbsent(
                            cut.lower().blocks().size(),
                            blocks -> {
                                Path file = parts.resolve("part-" + blocks + ".safetensors");
                                SegmentFile.save(
                                        file, cut.ofDevice(), model.backbone().bert().config());
                                return shelf.add(file);
                            }));
        }
        int threads = Lanes.threadsEach(spec.threads(), spec.devices().size());
        return new Fleet(
                spec,
                model,
                server,
                lanes,
                time,
                config,
                shelf,
                listener,
                (device, admission) ->
                        new Assignment(
                                run,
                                device,
                                model.labels(),
                                admission.batch(),
                                spec.seqLen(),
                                partOf.get(device),
                                tokenizer,
                                admission.rule(),
                                threads),
                known);
    }

    private BlobId tokenizer(Path parts, BlobShelf shelf) {
        Path file = parts.resolve("tokenizer.json");
        byte[] json = model.backbone().tokenizer().json();
        AtomicFiles.write(file, temporary -> Files.write(temporary, json));
        return shelf.add(file);
    }

    private void restore(Checkpoint stored, Fleet fleet) {
        rounds.restore(stored);
        earlier = stored.progress().costs();
        trainSeconds = earlier.trainSeconds();
        time.restore(earlier.simulated());
        for (int u : fleet.taken()) {
            server.restore(u, stored.part("server." + u + "."));
        }
    }

    private @Nullable FinetuneResult run(
            Path directory, String run, Fleet fleet, NetworkListener listener) {
        began = System.nanoTime();
        StepPlan plan = awaitPlan(fleet, listener);
        if (plan == null) {
            return null;
        }
        listener.planned(plan.total(), fleet.doneSteps());
        while (rounds.number() < plan.rounds()) {
            if (!awaitDevices(fleet, listener)) {
                return null;
            }
            long start = System.nanoTime();
            SortedMap<Integer, Message.AdapterUpdate> updates = new TreeMap<>();
            for (List<Seat> turn : fleet.startRound(rounds.number())) {
                fleet.startTurn(turn);
                if (!awaitReports(fleet, listener, start)) {
                    return null;
                }
                if (!spec.scheme().inTurn() && fleet.reported().size() < config.minDevices()) {
                    fleet.voidRound();
                    break;
                }
                SortedMap<Integer, Message.AdapterUpdate> ofTurn = fleet.commit(turn);
                long aggregate = System.nanoTime();
                server.aggregate(ofTurn);
                listener.phase(NetworkListener.Phase.AGGREGATE, secondsSince(aggregate));
                updates.putAll(ofTurn);
            }
            trainSeconds += secondsSince(start);
            if (updates.isEmpty()) {
                continue;
            }
            fleet.simulate();
            long evaluate = System.nanoTime();
            RoundReport report = endRound(plan, updates.values(), sum(fleet.committedSteps()));
            if (report == null) {
                continue;
            }
            listener.phase(NetworkListener.Phase.EVALUATE, secondsSince(evaluate));
            long save = System.nanoTime();
            checkpoint(run, fleet).save(directory);
            listener.phase(NetworkListener.Phase.CHECKPOINT, secondsSince(save));
            listener.round(report);
        }
        Evaluation tested = model.evaluate(rounds.bestAdapter(), test, lanes);
        fleet.finish(tested.accuracy());
        return FinetuneResult.of(
                spec,
                model,
                data.name(),
                Math.toIntExact(fleet.trainSamples()),
                data.test().size(),
                rounds,
                tested,
                sum(fleet.committedSteps()),
                costs(fleet),
                fleet.longest(),
                null);
    }

    private @Nullable RoundReport endRound(
            StepPlan plan, Collection<Message.AdapterUpdate> updates, int doneSteps) {
        long samples = updates.stream().mapToLong(Message.AdapterUpdate::samples).sum();
        double loss = updates.stream().mapToDouble(Message.AdapterUpdate::loss).sum();
        if (!plan.judges(rounds.number())) {
            rounds.skip(samples, loss);
            return null;
        }
        return rounds.end(samples, loss, doneSteps, time.total().seconds());
    }

    private static int sum(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).sum();
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    /// Waits until all devices are there, or enough and some time has passed; null to stop.
    private @Nullable StepPlan awaitPlan(Fleet fleet, NetworkListener listener) {
        long start = System.nanoTime();
        long lastEnough = System.nanoTime();
        while (!listener.stopRequested()) {
            StepPlan plan = fleet.planIfMade();
            if (plan != null) {
                return plan;
            }
            boolean enough = fleet.inLobby() >= config.minDevices();
            if (fleet.inLobby() == fleet.places()
                    || (enough && secondsSince(start) > config.joinSeconds())) {
                return fleet.seatLobby();
            }
            lastEnough = enough ? System.nanoTime() : lastEnough;
            checkIdle(lastEnough);
            pause(fleet);
        }
        return null;
    }

    private boolean awaitDevices(Fleet fleet, NetworkListener listener) {
        long lastEnough = System.nanoTime();
        while (!listener.stopRequested()) {
            if (fleet.canStart(config.minDevices(), config.rejoinSeconds(), config.joinSeconds())) {
                return true;
            }
            lastEnough = fleet.here() >= config.minDevices() ? System.nanoTime() : lastEnough;
            checkIdle(lastEnough);
            pause(fleet);
        }
        return false;
    }

    private void checkIdle(long lastEnough) {
        if (secondsSince(lastEnough) > config.idleSeconds()) {
            throw new NoDevicesException(
                    "fewer than %d devices for %.0f s"
                            .formatted(config.minDevices(), config.idleSeconds()));
        }
    }

    /// Waits for something to happen. Certificates are looked at again once a tick, not whenever
    /// something happens, which is at least once a step.
    private void pause(Fleet fleet) {
        if (secondsSince(lastRecheck) * 1000 >= TICK_MILLIS) {
            lastRecheck = System.nanoTime();
            fleet.recheck();
        }
        fleet.awaitMillis(TICK_MILLIS);
    }

    /// Waits until all participants have reported, or are lost, or the deadline has passed.
    private boolean awaitReports(Fleet fleet, NetworkListener listener, long start) {
        while (!listener.stopRequested()) {
            boolean late =
                    config.roundDeadlineSeconds() > 0
                            && secondsSince(start) > config.roundDeadlineSeconds()
                            && fleet.reported().size() >= config.minDevices();
            List<Seat> unfinished = fleet.unfinished();
            for (Seat seat : unfinished) {
                if (late) {
                    fleet.leaveOut(seat, "past the round's deadline");
                } else if (!seat.connected() && seat.missingSeconds() > config.rejoinSeconds()) {
                    fleet.leaveOut(seat, "gone");
                }
            }
            if (unfinished.isEmpty()) {
                fleet.closeRound();
                return true;
            }
            pause(fleet);
        }
        return false;
    }

    private Checkpoint checkpoint(String run, Fleet fleet) {
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        for (int u : fleet.taken()) {
            server.state(u)
                    .forEach((name, tensor) -> tensors.put("server." + u + "." + name, tensor));
        }
        server.handedOn().forEach((name, tensor) -> tensors.put("server.next." + name, tensor));
        return Checkpoint.of(
                fingerprint,
                rounds,
                fleet.committedSteps(),
                List.of(),
                List.of(),
                false,
                costs(fleet),
                fleet.stored(run),
                null,
                server.global(),
                tensors);
    }

    private Costs costs(Fleet fleet) {
        return new Costs(
                trainSeconds,
                earlier.wallSeconds() + secondsSince(began),
                time.total(),
                earlier.uplinkBytes() + fleet.uplinkBytes(),
                earlier.downlinkBytes() + fleet.downlinkBytes());
    }

    /// The best adapter so far.
    SequencedMap<String, FloatTensor> bestAdapter() {
        return rounds.bestAdapter();
    }

    /// Writes the best adapter in PEFT's format.
    public void saveAdapter(Path directory) {
        model.saveAdapter(directory, rounds.bestAdapter());
    }

    /// Writes the model with the best adapter merged into it, as a Hugging Face directory.
    public void saveModel(Path directory) {
        model.saveModel(directory, rounds.bestAdapter());
    }

    @Override
    public void close() {
        lanes.close();
        server.close();
        model.close();
    }
}
