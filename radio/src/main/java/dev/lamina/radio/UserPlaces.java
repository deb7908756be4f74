package dev.lamina.radio;

import dev.lamina.base.BadInputException;
import java.util.random.RandomGenerator;

/// Where users start; the station stands over x = y = 0.
public sealed interface UserPlaces {
    /// Evenly over the ground between two circles around the station; a ring if they are the same.
    record Annulus(double nearestMetres, double farthestMetres) implements UserPlaces {
        public Annulus {
            checkOrder(nearestMetres, farthestMetres);
        }
    }

    /// Around a point on the x axis, on its side towards the station: at a uniform distance from
    /// the point, and in a uniform direction off the axis.
    ///
    /// @param centreMetres where the point is
    /// @param nearestMetres from the point
    /// @param farthestMetres from the point
    /// @param widestDegrees to either side
    record Sector(
            double centreMetres, double nearestMetres, double farthestMetres, double widestDegrees)
            implements UserPlaces {
        public Sector {
            checkOrder(nearestMetres, farthestMetres);
            BadInputException.check(
                    widestDegrees >= 0 && widestDegrees <= 180,
                    "a sector of " + widestDegrees + " degrees to either side",
                    "take 0 to 180.");
            BadInputException.check(
                    Double.isFinite(centreMetres),
                    "a sector around " + centreMetres + " m",
                    "take a number.");
        }
    }

    /// Draws a place.
    default Place draw(double heightMetres, RandomGenerator random) {
        return switch (this) {
            case Annulus annulus -> {
                double least = annulus.nearestMetres() * annulus.nearestMetres();
                double most = annulus.farthestMetres() * annulus.farthestMetres();
                double distance = Math.sqrt(least + (most - least) * random.nextDouble());
                double bearing = 2 * Math.PI * random.nextDouble();
                yield new Place(
                        distance * Math.cos(bearing), distance * Math.sin(bearing), heightMetres);
            }
            case Sector sector -> {
                double distance =
                        sector.nearestMetres()
                                + (sector.farthestMetres() - sector.nearestMetres())
                                        * random.nextDouble();
                double bearing =
                        Math.toRadians(sector.widestDegrees() * (2 * random.nextDouble() - 1));
                yield new Place(
                        sector.centreMetres() - distance * Math.cos(bearing),
                        distance * Math.sin(bearing),
                        heightMetres);
            }
        };
    }

    /// No user starts nearer to the station than this.
    default double leastMetres() {
        return switch (this) {
            case Annulus annulus -> annulus.nearestMetres();
            case Sector sector -> {
                double centre = Math.abs(sector.centreMetres());
                yield Math.max(
                        0,
                        Math.max(
                                centre - sector.farthestMetres(), sector.nearestMetres() - centre));
            }
        };
    }

    /// No user starts farther from the station than this.
    default double mostMetres() {
        return switch (this) {
            case Annulus annulus -> annulus.farthestMetres();
            case Sector sector -> Math.abs(sector.centreMetres()) + sector.farthestMetres();
        };
    }

    private static void checkOrder(double nearest, double farthest) {
        BadInputException.check(
                nearest >= 0 && nearest <= farthest && Double.isFinite(farthest),
                "users from " + nearest + " to " + farthest + " m",
                "give two distances, the smaller one first.");
    }
}
