package dev.lamina.radio;

/// The first sum of [ChannelKernel] where rays drift ([RayDrift]). What the station sends stays,
/// but for the direct ray; fields and phases at the user, and delays, are new at each step. A group
/// has one delay, the mean of its rays'; their phases at the carrier are each exact.
final class DriftingRays {
    private final Rays rays;
    private final Place stationPlace;
    private final OrientedPanel station;
    private final Track track;
    private final Sampling sampling;
    private final OrientedPanel[] user;
    private final int userPorts;
    private final PortPairs ports;
    private final double[][] delays;
    // a row for F_θ and one for F_φ of each ray; factors [step, user port, row]
    private final ComplexRows rows;
    private final float[] real;
    private final float[] imaginary;

    DriftingRays(
            Rays rays,
            Place stationPlace,
            OrientedPanel station,
            UserAntenna antenna,
            Track track,
            Sampling sampling) {
        this.rays = rays;
        this.stationPlace = stationPlace;
        this.station = station;
        this.track = track;
        this.sampling = sampling;
        int steps = track.steps();
        user = new OrientedPanel[steps];
        for (int t = 0; t < steps; t++) {
            user[t] = antenna.at(track, t);
        }
        userPorts = user[0].ports();
        ports = new PortPairs(station, user[0]);
        delays = new double[steps][rays.groups()];
        rows = new ComplexRows(2 * rays.largestGroup(), station.ports());
        real = new float[steps * userPorts * 2 * rays.largestGroup()];
        imaginary = new float[real.length];
    }

    DelaySums sums() {
        int steps = track.steps();
        int width = 2 * station.ports();
        DelaySums sums = new DelaySums(sampling, steps, userPorts * station.ports(), delays);
        float[] sum = new float[width];
        float[] channels = new float[userPorts * width];
        for (int group = 0; group < rays.groups(); group++) {
            int count = rays.starts[group + 1] - rays.starts[group];
            for (int i = 0; i < count; i++) {
                prepare(group, i, count);
            }
            for (int t = 0; t < steps; t++) {
                if (group == rays.direct) {
                    turnDirect(t);
                }
                for (int port = 0; port < userPorts; port++) {
                    rows.sum(2 * count, real, imaginary, (t * userPorts + port) * 2 * count);
                    rows.result(sum);
                    System.arraycopy(sum, 0, channels, port * width, width);
                }
                sums.put(t, group, channels);
            }
        }
        return sums;
    }

    /// Computes the rows of a group's ray, its factors at all steps and its share of the delays.
    private void prepare(int group, int i, int count) {
        int ray = rays.starts[group] + i;
        ports.departure(station, rays.departureZenith[ray], rays.departureAzimuth[ray]);
        ports.writeDeparture(rays, ray, rows.rows[2 * i], rows.rows[2 * i + 1]);
        double delay = rays.delaySeconds[group];
        RayDrift drift =
                group == rays.direct
                        ? RayDrift.direct(track.start(), stationPlace)
                        : RayDrift.scattered(
                                track.start(),
                                stationPlace,
                                delay,
                                rays.arrivalZenith[ray],
                                rays.arrivalAzimuth[ray]);
        for (int t = 0; t < track.steps(); t++) {
            drift.move(track.places().get(t));
            int at = t * userPorts * 2 * count + 2 * i;
            ports.writeArrival(
                    user[t], drift, sampling.wavelengthMetres(), real, imaginary, at, 2 * count);
            double later = drift.grownMetres / Sampling.LIGHT_METRES_PER_SECOND;
            delays[t][group] += (delay + later) / count;
        }
    }

    private void turnDirect(int step) {
        Direction away = Direction.between(stationPlace, track.places().get(step));
        ports.departure(
                station,
                Math.toRadians(away.zenithDegrees()),
                Math.toRadians(away.azimuthDegrees()));
        ports.writeDeparture(rays, rays.starts[rays.direct], rows.rows[0], rows.rows[1]);
    }
}
