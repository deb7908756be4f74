package dev.lamina.radio;

/// Channels [time, subcarrier, pair of ports] from rays (TR 38.901, 7.5, step 11). First the rays
/// of every group, which have one delay, are summed for each time and pair; then the groups are
/// summed for each subcarrier ([DelaySums]). One object computes one track.
final class ChannelKernel {
    private final Rays rays;
    private final Place stationPlace;
    private final OrientedPanel station;
    private final UserAntenna user;
    private final Track track;
    private final Sampling sampling;
    private final int pairs;

    ChannelKernel(
            Rays rays,
            Place stationPlace,
            OrientedPanel station,
            UserAntenna user,
            Track track,
            Sampling sampling) {
        this.rays = rays;
        this.stationPlace = stationPlace;
        this.station = station;
        this.user = user;
        this.track = track;
        this.sampling = sampling;
        pairs = station.ports() * user.panel().ports();
    }

    /// @param gain amplitude of the whole channel
    float[] channels(Motion motion, double gain) {
        return switch (motion) {
            case CONSTANT_RAYS -> constantRays().channels(gain);
            case DRIFTING ->
                    new DriftingRays(rays, stationPlace, station, user, track, sampling)
                            .sums()
                            .channels(gain);
        };
    }

    private DelaySums constantRays() {
        int steps = track.steps();
        DelaySums sums = new DelaySums(sampling, steps, pairs, new double[][] {rays.delaySeconds});
        OrientedPanel panel = user.at(track, 0);
        PortPairs ports = new PortPairs(station, panel);
        int most = rays.largestGroup();
        ComplexRows rows = new ComplexRows(most, pairs);
        float[] real = new float[steps * most];
        float[] imaginary = new float[steps * most];
        float[] sum = new float[2 * pairs];
        Doppler doppler = new Doppler(track, sampling.wavelengthMetres());
        for (int group = 0; group < rays.groups(); group++) {
            int first = rays.starts[group];
            int count = rays.starts[group + 1] - first;
            for (int i = 0; i < count; i++) {
                int ray = first + i;
                double zenith = rays.arrivalZenith[ray];
                double azimuth = rays.arrivalAzimuth[ray];
                ports.departure(station, rays.departureZenith[ray], rays.departureAzimuth[ray]);
                ports.arrival(panel, zenith, azimuth);
                ports.write(rays, ray, 1, 0, rows.rows[i]);
                doppler.turn(zenith, azimuth, real, imaginary, i, count);
            }
            for (int t = 0; t < steps; t++) {
                rows.sum(count, real, imaginary, t * count);
                rows.result(sum);
                sums.put(t, group, sum);
            }
        }
        return sums;
    }
}
