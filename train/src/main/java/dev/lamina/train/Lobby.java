package dev.lamina.train;

import dev.lamina.wire.Peer;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The devices that have come before the run has its plan. Guarded by the fleet's lock.
final class Lobby {
    private final Map<String, Candidate> candidates = new TreeMap<>(Lobby::compareNames);

    /// A device that waits.
    ///
    /// @param samples on it
    record Candidate(Peer peer, long samples) {}

    int size() {
        return candidates.size();
    }

    void add(Peer peer, long samples) {
        candidates.put(peer.name(), new Candidate(peer, samples));
    }

    /// Forgets a device, whichever its session.
    void remove(String name) {
        candidates.remove(name);
    }

    /// Forgets a device if it waits with this session.
    void remove(Peer peer) {
        Candidate candidate = candidates.get(peer.name());
        if (candidate != null && candidate.peer().equals(peer)) {
            candidates.remove(peer.name());
        }
    }

    /// Gives seats to all: to each its own in the spec, and what is left in the order of the names,
    /// so that it does not matter who came first.
    ///
    /// @return samples that the run is planned for, by seat: the mean for those that stay free
    List<Integer> leaveFor(Seats seats) {
        List<String> others = new ArrayList<>();
        for (String name : candidates.keySet()) {
            Seat own = seats.own(name);
            if (own == null) {
                others.add(name);
            } else {
                own.name = name;
            }
        }
        for (String name : others) {
            Seat free = seats.free(name);
            if (free != null) {
                free.name = name;
            }
        }
        long all = candidates.values().stream().mapToLong(Candidate::samples).sum();
        long mean = Math.max(1, all / Math.max(1, candidates.size()));
        List<Integer> samples = new ArrayList<>();
        for (Seat seat : seats) {
            Candidate candidate = seat.name == null ? null : candidates.get(seat.name);
            if (candidate != null) {
                seat.samples = candidate.samples();
                seat.take(candidate.peer());
            }
            samples.add(Math.toIntExact(candidate == null ? mean : candidate.samples()));
        }
        candidates.clear();
        return samples;
    }

    /// `device-2` comes before `device-10`.
    static int compareNames(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            String x = a.substring(i, runEnd(a, i));
            String y = b.substring(j, runEnd(b, j));
            boolean numbers = Character.isDigit(x.charAt(0)) && Character.isDigit(y.charAt(0));
            int order = numbers ? new BigInteger(x).compareTo(new BigInteger(y)) : x.compareTo(y);
            if (order != 0) {
                return order;
            }
            i += x.length();
            j += y.length();
        }
        int order = Integer.compare(a.length() - i, b.length() - j);
        return order != 0 ? order : a.compareTo(b);
    }

    /// End of the run of digits, or of others, that starts at `from`.
    private static int runEnd(String text, int from) {
        boolean digits = Character.isDigit(text.charAt(from));
        int end = from + 1;
        while (end < text.length() && Character.isDigit(text.charAt(end)) == digits) {
            end++;
        }
        return end;
    }
}
