package dev.lamina.fed;

import dev.lamina.wire.Peer;
import dev.lamina.wire.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Servers that have joined before all are there, in the order of their names. Guarded by the lock
/// of [ServerFleet].
final class Lobby {
    private final int places;
    private final SortedMap<String, Candidate> candidates = new TreeMap<>();

    private record Candidate(Peer peer, int tracks) {}

    /// @param places of the federation
    Lobby(int places) {
        this.places = places;
    }

    boolean isFull() {
        return candidates.size() == places;
    }

    /// Lets a server in.
    ///
    /// @throws ProtocolException if there is no place for it, or all together have too many tracks
    void add(Peer peer, int tracks) {
        remove(peer.name());
        ProtocolException.check(!isFull(), "the federation has its " + places + " servers already");
        int others = candidates.values().stream().mapToInt(Candidate::tracks).sum();
        ProtocolException.check(
                tracks <= Assignment.MOST_TRACKS - others,
                tracks + " tracks on " + peer.name() + " besides " + others + " on others");
        candidates.put(peer.name(), new Candidate(peer, tracks));
    }

    /// Forgets a server, whichever its session.
    void remove(String name) {
        candidates.remove(name);
    }

    /// Forgets a server if it waits with this session.
    void remove(Peer peer) {
        Candidate candidate = candidates.get(peer.name());
        if (candidate != null && candidate.peer().equals(peer)) {
            remove(peer.name());
        }
    }

    /// Who is there.
    List<Roster.Entry> entries() {
        List<Roster.Entry> entries = new ArrayList<>();
        candidates.forEach((name, who) -> entries.add(new Roster.Entry(name, who.tracks())));
        return entries;
    }

    /// The session of a server that is there.
    @Nullable Peer peer(String name) {
        Candidate candidate = candidates.get(name);
        return candidate == null ? null : candidate.peer();
    }

    void clear() {
        candidates.clear();
    }
}
