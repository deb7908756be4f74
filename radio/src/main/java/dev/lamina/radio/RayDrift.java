package dev.lamina.radio;

/// How a ray changes along a track (derived, not a procedure of the TR). With b the direction of
/// arrival where the track starts, r the vector from there to the station and D = |r| + c τ the
/// length of the ray, a single bounce happens at the distance l = (D² - |r|²) / (2 (D - r·b)) from
/// the user. After several bounces the last one may be nearer; the ray arrives as if from that
/// fixed point s: at place p its way has grown by |s - p| - l. The direct ray comes from the
/// station itself.
final class RayDrift {
    /// No scatterer stands nearer to the user than this, whatever the formula says of short delays.
    static final double NEAREST_METRES = 10;

    private final Place start;
    private final Place scatterer;
    private final double distanceMetres;

    /// Unit vector to where the ray comes from.
    double east;

    double north;
    double up;

    /// How much longer the way is than at the start.
    double grownMetres;

    private RayDrift(Place start, Place scatterer) {
        this.start = start;
        this.scatterer = scatterer;
        distanceMetres = start.metres(scatterer);
    }

    static RayDrift direct(Place start, Place station) {
        return new RayDrift(start, station);
    }

    /// @param zenith of arrival at the start, in radians
    /// @param azimuth of arrival at the start, in radians
    static RayDrift scattered(
            Place start, Place station, double delaySeconds, double zenith, double azimuth) {
        double x = Math.sin(zenith) * Math.cos(azimuth);
        double y = Math.sin(zenith) * Math.sin(azimuth);
        double z = Math.cos(zenith);
        double direct = start.metres(station);
        double length = direct + Sampling.LIGHT_METRES_PER_SECOND * delaySeconds;
        double along =
                (station.x() - start.x()) * x
                        + (station.y() - start.y()) * y
                        + (station.z() - start.z()) * z;
        double bounce =
                length > along ? (length * length - direct * direct) / (2 * (length - along)) : 0;
        double distance = Math.max(bounce, NEAREST_METRES);
        return new RayDrift(
                start,
                new Place(
                        start.x() + distance * x,
                        start.y() + distance * y,
                        start.z() + distance * z));
    }

    /// Computes direction and growth at a place of the track.
    void move(Place user) {
        // who stands on a scatterer sees it nowhere; any direction will do
        double distance = Math.max(distance(user, scatterer), 1e-9);
        // |s-p| - |s-p0| as a quotient, which keeps its digits for small steps
        double dx = start.x() - user.x();
        double dy = start.y() - user.y();
        double dz = start.z() - user.z();
        double difference =
                dx * (2 * scatterer.x() - user.x() - start.x())
                        + dy * (2 * scatterer.y() - user.y() - start.y())
                        + dz * (2 * scatterer.z() - user.z() - start.z());
        grownMetres = difference / (distance + distanceMetres);
        east = (scatterer.x() - user.x()) / distance;
        north = (scatterer.y() - user.y()) / distance;
        up = (scatterer.z() - user.z()) / distance;
    }

    /// Faster than [Place#metres], whose care for huge numbers is not needed here.
    private static double distance(Place a, Place b) {
        double x = a.x() - b.x();
        double y = a.y() - b.y();
        double z = a.z() - b.z();
        return Math.sqrt(x * x + y * y + z * z);
    }
}
