package dev.lamina.train;

import dev.lamina.edge.DeviceProfile;
import dev.lamina.wire.Peer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The places of a run over a network, and who has them. Guarded by the fleet's lock.
final class Seats implements Iterable<Seat> {
    private final List<String> ownNames;
    private final Seat[] seats;

    /// Places for these devices, all free.
    Seats(List<DeviceProfile> devices) {
        ownNames = devices.stream().map(DeviceProfile::name).toList();
        seats = new Seat[devices.size()];
        Arrays.setAll(seats, Seat::new);
    }

    /// Gives them to those who had them before.
    void restore(Checkpoint.Fleet stored) {
        for (Seat seat : seats) {
            Checkpoint.Member member = stored.devices().get(seat.index);
            seat.longest = stored.longest().get(seat.index);
            if (member != null) {
                seat.name = member.name();
                seat.samples = member.samples();
                seat.committed = member.steps();
            }
        }
    }

    @Override
    public Iterator<Seat> iterator() {
        return List.of(seats).iterator();
    }

    int size() {
        return seats.length;
    }

    /// The seat that a device of this name has.
    @Nullable Seat of(String name) {
        for (Seat seat : seats) {
            if (name.equals(seat.name)) {
                return seat;
            }
        }
        return null;
    }

    /// The seat whose session this is; null for a session that is over, or of somebody else.
    @Nullable Seat of(Peer peer) {
        Seat seat = of(peer.name());
        return seat != null && peer.equals(seat.peer) ? seat : null;
    }

    /// The free seat that the spec names after a device.
    @Nullable Seat own(String name) {
        int index = ownNames.indexOf(name);
        return index < 0 || seats[index].taken() ? null : seats[index];
    }

    /// The device's own seat, else the first free one.
    @Nullable Seat free(String name) {
        Seat own = own(name);
        return own != null
                ? own
                : Arrays.stream(seats).filter(seat -> !seat.taken()).findFirst().orElse(null);
    }

    /// Those of which this is true.
    List<Seat> which(Predicate<Seat> test) {
        return Arrays.stream(seats).filter(test).toList();
    }

    /// Something of each.
    <T> List<T> each(Function<Seat, T> property) {
        List<T> all = new ArrayList<>();
        for (Seat seat : seats) {
            all.add(property.apply(seat));
        }
        return all;
    }

    /// Steps of all devices so far, those of the round under way included.
    int doneSteps() {
        int done = 0;
        for (Seat seat : seats) {
            done +=
                    seat.work == Seat.Work.OUT
                            ? seat.committed
                            : Math.max(seat.committed, seat.next);
        }
        return done;
    }

    /// Who takes part, for a checkpoint.
    List<Checkpoint.@Nullable Member> members() {
        List<Checkpoint.@Nullable Member> members = new ArrayList<>();
        for (Seat seat : seats) {
            String name = seat.name;
            members.add(
                    name == null
                            ? null
                            : new Checkpoint.Member(name, seat.samples, seat.committed));
        }
        return members;
    }
}
