package dev.lamina.radio;

import dev.lamina.base.BadInputException;
import java.util.List;

/// All that a run of the generator needs.
///
/// @param environment where channels come from
/// @param station over x = y = 0
/// @param user of every track
/// @param movement of every track
/// @param carrierHertz 0.5 to 100 GHz, in the middle of the band
/// @param grid of time and frequency
/// @param tracks how many
/// @param seed of all that is drawn
public record ChannelSpec(
        Environment environment,
        Station station,
        User user,
        Movement movement,
        double carrierHertz,
        Grid grid,
        int tracks,
        long seed) {
    private static final Place ORIGIN = new Place(0, 0, 0);

    /// The base station.
    ///
    /// @param heightMetres above ground
    public record Station(double heightMetres, Panel panel, Orientation orientation) {
        public Station {
            Ranges.between("height of the base station in metres", heightMetres, 5, 150);
        }
    }

    /// The user.
    ///
    /// @param heightMetres above ground
    public record User(double heightMetres, Panel panel, Orientation orientation, Turning turning) {
        public User {
            Ranges.between("height of the user in metres", heightMetres, 1.5, 22.5);
        }
    }

    /// How users move.
    ///
    /// @param route corners of a line on which all tracks start, somewhere; empty for straight
    ///   tracks from the environment's places in any direction
    public record Movement(Speeds speeds, Motion motion, List<Place> route) {
        public Movement {
            route = List.copyOf(route);
            BadInputException.check(
                    route.size() != 1,
                    "a route with one corner",
                    "give at least two, or none for straight tracks.");
        }

        /// Straight, with constant rays.
        public static Movement straight(Speeds speeds) {
            return new Movement(speeds, Motion.CONSTANT_RAYS, List.of());
        }
    }

    /// Samples in time and frequency.
    public record Grid(int steps, double stepSeconds, int subcarriers, double spacingHertz) {
        public Grid {
            BadInputException.check(
                    steps >= 1 && stepSeconds > 0 && stepSeconds <= 1,
                    steps + " steps of " + stepSeconds + " s",
                    "take at least one step, of about 0.0005 s.");
            BadInputException.check(
                    subcarriers >= 1 && spacingHertz > 0 && spacingHertz <= 1e10,
                    subcarriers + " subcarriers " + spacingHertz + " Hz apart",
                    "take at least one, and a spacing such as 180e3.");
        }
    }

    public ChannelSpec {
        Ranges.carrier(carrierHertz);
        BadInputException.check(tracks >= 1, tracks + " tracks", "take at least one.");
        BadInputException.check(
                grid.subcarriers() * grid.spacingHertz() < carrierHertz,
                "a band of "
                        + grid.subcarriers() * grid.spacingHertz()
                        + " Hz around "
                        + carrierHertz
                        + " Hz",
                "take fewer subcarriers, or nearer ones.");
        boolean cell = environment instanceof Environment.Cell;
        BadInputException.check(
                cell || movement.motion() == Motion.CONSTANT_RAYS,
                "drifting rays in a fixed profile",
                "take constant rays, or a scenario, which knows where station and user are.");
        if (cell) {
            checkRoute(movement.route());
        }
        new CsiShape(grid.steps(), grid.subcarriers(), ports(station, user));
    }

    /// Of every track.
    public CsiShape shape() {
        return new CsiShape(grid.steps(), grid.subcarriers(), ports(station, user));
    }

    /// The same run with another seed.
    public ChannelSpec withSeed(long other) {
        return new ChannelSpec(
                environment, station, user, movement, carrierHertz, grid, tracks, other);
    }

    private static void checkRoute(List<Place> route) {
        for (int i = 1; i < route.size(); i++) {
            double least = nearestMetres(route.get(i - 1), route.get(i));
            double most = route.get(i).groundMetres(ORIGIN);
            double first = route.get(i - 1).groundMetres(ORIGIN);
            BadInputException.check(
                    least >= PathLosses.LEAST_GROUND_METRES
                            && Math.max(most, first) <= PathLosses.MOST_GROUND_METRES,
                    "a route from "
                            + least
                            + " to "
                            + Math.max(most, first)
                            + " m from the station",
                    "keep it between "
                            + PathLosses.LEAST_GROUND_METRES
                            + " and "
                            + PathLosses.MOST_GROUND_METRES
                            + " m, where the path loss holds.");
        }
    }

    /// From the station to a straight line on the ground.
    private static double nearestMetres(Place a, Place b) {
        double x = b.x() - a.x();
        double y = b.y() - a.y();
        double square = x * x + y * y;
        double share = square == 0 ? 0 : Math.clamp(-(a.x() * x + a.y() * y) / square, 0, 1);
        return Math.hypot(a.x() + share * x, a.y() + share * y);
    }

    private static int ports(Station station, User user) {
        return Math.multiplyExact(station.panel().ports(), user.panel().ports());
    }
}
