package dev.lamina.fed;

import dev.lamina.air.EdgeServer;
import dev.lamina.air.EdgeServers;
import dev.lamina.air.Federation;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Edge servers at the other end of lines, as who leads their federation sees them. They join, get
/// their number once all are there (in the order of their names, so that it does not matter who
/// came first), and train when it is their turn.
///
/// For each server a round is a transaction: it reports in time and its work counts, or it goes
/// back to where it was before the round. So a server that dies, is too slow or sends nonsense
/// costs the others nothing but its part of the mean.
public final class RemoteServers implements EdgeServers, AutoCloseable {
    private static final long TICK_MILLIS = 200;
    private static final String EPOCHS = "epochs.";

    private final int count;
    private final int localEpochs;
    private final FederationNetwork network;
    private final ServerFleet fleet;
    private boolean begun;
    private long lastRecheck = System.nanoTime();

    /// Nobody can join before [#open()].
    ///
    /// @param count of servers
    /// @param initial parameters of the model
    /// @param roster of the federation that goes on; null for a new one
    public RemoteServers(
            int count,
            FederationSettings settings,
            Map<String, FloatTensor> initial,
            FederationNetwork network,
            FederationListener listener,
            @Nullable Roster roster) {
        this.count = count;
        this.network = network;
        localEpochs = settings.federation().localEpochs();
        BadInputException.check(
                network.minServers() <= count,
                "--min-servers " + network.minServers() + " of " + count,
                "take --min-servers 1.");
        fleet =
                new ServerFleet(
                        count,
                        settings,
                        initial,
                        listener,
                        roster == null ? new Roster(newRun(), List.of()) : roster);
    }

    private static String newRun() {
        byte[] bytes = new byte[8];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// Lets servers join.
    ///
    /// @throws BadInputException if the address cannot be used
    public void open() {
        fleet.listen(network);
    }

    /// Who takes part; nobody yet, if not all have joined.
    public Roster roster() {
        return fleet.roster();
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public @Nullable SortedMap<Integer, EdgeServer.Update> round(
            int round,
            SequencedMap<String, FloatTensor> global,
            List<Integer> turn,
            Federation.Listener listener) {
        int enough = Math.min(network.minServers(), turn.size());
        while (true) {
            List<Seat> present = awaitTurn(turn, enough, listener);
            if (present == null) {
                return null;
            }
            begun = true;
            fleet.start(round, global, present);
            boolean ended = awaitUpdates(enough, listener);
            fleet.closeRound();
            if (!ended) {
                return null;
            }
            SortedMap<Integer, EdgeServer.Update> updates = fleet.updates();
            if (updates.size() >= enough) {
                fleet.count(updates.keySet(), localEpochs);
                return updates;
            }
        }
    }

    /// Waits for those whose turn it is; if fewer than enough of them come, others take their turn.
    /// Null to stop.
    private @Nullable List<Seat> awaitTurn(
            List<Integer> turn, int enough, Federation.Listener listener) {
        while (!listener.stopRequested()) {
            recheck();
            synchronized (fleet) {
                fleet.seatLobby();
                List<Seat> seats = fleet.seats();
                if (!seats.isEmpty() && turn.stream().map(seats::get).noneMatch(this::mayCome)) {
                    List<Seat> present = present(seats, turn, enough);
                    if (present.size() >= enough) {
                        return present;
                    }
                }
                fleet.awaitMillis(TICK_MILLIS);
            }
        }
        return null;
    }

    private static List<Seat> present(List<Seat> seats, List<Integer> turn, int enough) {
        List<Seat> present = new ArrayList<>();
        turn.stream().map(seats::get).filter(Seat::here).forEach(present::add);
        for (Seat seat : seats) {
            if (present.size() < enough && seat.here() && !present.contains(seat)) {
                present.add(seat);
            }
        }
        present.sort(Comparator.comparingInt(seat -> seat.index));
        return present;
    }

    /// Whether one that is not here is waited for: for a while, but at first as long as it prepares
    /// itself, which takes its time.
    private boolean mayCome(Seat seat) {
        return !seat.here()
                && (seat.missingSeconds() < network.rejoinSeconds()
                        || (!begun && seat.preparing()));
    }

    /// Waits until all have reported, or are lost, or the deadline has passed. False to stop.
    private boolean awaitUpdates(int enough, Federation.Listener listener) {
        long began = System.nanoTime();
        while (!listener.stopRequested()) {
            recheck();
            synchronized (fleet) {
                boolean late =
                        network.roundDeadlineSeconds() > 0
                                && secondsSince(began) > network.roundDeadlineSeconds()
                                && fleet.updates().size() >= enough;
                for (Seat seat : fleet.working()) {
                    if (late) {
                        fleet.leaveOut(seat, "past the round's deadline");
                    } else if (!seat.here() && seat.missingSeconds() > network.rejoinSeconds()) {
                        fleet.leaveOut(seat, "gone");
                    }
                }
                if (fleet.working().isEmpty()) {
                    return true;
                }
                fleet.awaitMillis(TICK_MILLIS);
            }
        }
        return false;
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    /// Looks at certificates again, once a tick.
    private void recheck() {
        if (secondsSince(lastRecheck) * 1000 >= TICK_MILLIS) {
            lastRecheck = System.nanoTime();
            fleet.recheck();
        }
    }

    @Override
    public long steps() {
        return 0;
    }

    @Override
    public List<SequencedMap<String, FloatTensor>> kept() {
        return List.of();
    }

    /// How often each server has taken part; the rest of its state is with itself.
    @Override
    public SequencedMap<String, FloatTensor> state() {
        SequencedMap<String, FloatTensor> state = new LinkedHashMap<>();
        for (Seat seat : fleet.seats()) {
            state.put(EPOCHS + seat.index, new FloatTensor(new long[0], new float[] {seat.passes}));
        }
        return state;
    }

    @Override
    public void restore(Map<String, FloatTensor> state) {
        for (Seat seat : fleet.seats()) {
            FloatTensor done = state.get(EPOCHS + seat.index);
            if (done == null || done.size() != 1) {
                throw new IllegalArgumentException("server " + seat.index + " is not in it");
            }
            seat.passes = Math.round(done.values()[0]);
        }
    }

    /// Tells all that the federation is done, and gives them what came of it.
    ///
    /// @param global parameters
    public void finish(Map<String, FloatTensor> global) {
        fleet.finish(global);
    }

    @Override
    public void close() {
        fleet.close();
    }
}
