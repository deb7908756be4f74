package dev.lamina.radio;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.List;

/// Where a user is at each step of time.
///
/// @param places one for each step
public record Track(List<Place> places) {
    private static final double SAME_METRES = 1e-9;

    public Track {
        places = List.copyOf(places);
        BadInputException.check(
                !places.isEmpty(), "a track without places", "give one place for each step.");
    }

    /// At constant speed in one direction of the ground.
    public static Track straight(
            Place start,
            double metresPerSecond,
            double headingDegrees,
            int steps,
            double stepSeconds) {
        double heading = Math.toRadians(headingDegrees);
        double x = metresPerSecond * stepSeconds * Math.cos(heading);
        double y = metresPerSecond * stepSeconds * Math.sin(heading);
        List<Place> places = new ArrayList<>(steps);
        for (int t = 0; t < steps; t++) {
            places.add(new Place(start.x() + t * x, start.y() + t * y, start.z()));
        }
        return new Track(places);
    }

    /// At constant speed along a line through corners; at its end the user turns back. A curve is a
    /// line with many corners.
    ///
    /// @param startMetres where on the line the track begins
    public static Track along(
            List<Place> corners,
            double startMetres,
            double metresPerSecond,
            int steps,
            double stepSeconds) {
        double[] reached = new double[corners.size()];
        for (int i = 1; i < reached.length; i++) {
            reached[i] = reached[i - 1] + corners.get(i - 1).metres(corners.get(i));
        }
        double length = reached[reached.length - 1];
        BadInputException.check(
                length > 0, "a line of length " + length, "give at least two different corners.");
        List<Place> places = new ArrayList<>(steps);
        for (int t = 0; t < steps; t++) {
            double gone = (startMetres + metresPerSecond * t * stepSeconds) % (2 * length);
            double at = gone <= length ? gone : 2 * length - gone;
            int i = 1;
            while (i < reached.length - 1 && reached[i] < at) {
                i++;
            }
            double share = (at - reached[i - 1]) / Math.max(reached[i] - reached[i - 1], 1e-300);
            Place a = corners.get(i - 1);
            Place b = corners.get(i);
            places.add(
                    new Place(
                            a.x() + share * (b.x() - a.x()),
                            a.y() + share * (b.y() - a.y()),
                            a.z() + share * (b.z() - a.z())));
        }
        return new Track(places);
    }

    int steps() {
        return places.size();
    }

    Place start() {
        return places.getFirst();
    }

    /// Where the user moves at a step, in degrees from the x axis; who stands still looks along x.
    double headingDegrees(int step) {
        int from = Math.min(step, Math.max(0, steps() - 2));
        int to = Math.min(from + 1, steps() - 1);
        Place a = places.get(from);
        Place b = places.get(to);
        return Math.toDegrees(Math.atan2(b.y() - a.y(), b.x() - a.x()));
    }

    /// Whether all steps are the same.
    boolean isStraight() {
        for (int t = 2; t < steps(); t++) {
            Place a = places.get(t - 2);
            Place b = places.get(t - 1);
            Place c = places.get(t);
            if (Math.abs(c.x() - 2 * b.x() + a.x()) > SAME_METRES
                    || Math.abs(c.y() - 2 * b.y() + a.y()) > SAME_METRES
                    || Math.abs(c.z() - 2 * b.z() + a.z()) > SAME_METRES) {
                return false;
            }
        }
        return true;
    }
}
