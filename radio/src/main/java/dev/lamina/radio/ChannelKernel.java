package dev.lamina.radio;

import java.util.Arrays;

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
            case DRIFTING -> driftingRays().channels(gain);
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

    private DelaySums driftingRays() {
        int steps = track.steps();
        OrientedPanel[] panels = new OrientedPanel[steps];
        for (int t = 0; t < steps; t++) {
            panels[t] = user.at(track, t);
        }
        PortPairs ports = new PortPairs(station, panels[0]);
        double[][] delays = new double[steps][rays.groups()];
        DelaySums sums = new DelaySums(sampling, steps, pairs, delays);
        float[] row = new float[2 * pairs];
        float[][] sum = new float[steps][2 * pairs];
        for (int group = 0; group < rays.groups(); group++) {
            for (float[] channels : sum) {
                Arrays.fill(channels, 0);
            }
            int first = rays.starts[group];
            int end = rays.starts[group + 1];
            for (int ray = first; ray < end; ray++) {
                boolean direct = group == rays.direct;
                RayDrift drift =
                        direct
                                ? RayDrift.direct(track.start(), stationPlace)
                                : RayDrift.scattered(
                                        track.start(),
                                        stationPlace,
                                        rays.delaySeconds[group],
                                        rays.arrivalZenith[ray],
                                        rays.arrivalAzimuth[ray]);
                ports.departure(station, rays.departureZenith[ray], rays.departureAzimuth[ray]);
                for (int t = 0; t < steps; t++) {
                    Place place = track.places().get(t);
                    drift.move(place);
                    if (direct) {
                        Direction away = Direction.between(stationPlace, place);
                        ports.departure(
                                station,
                                Math.toRadians(away.zenithDegrees()),
                                Math.toRadians(away.azimuthDegrees()));
                    }
                    ports.arrival(panels[t], drift.zenith, drift.azimuth);
                    double phase = -2 * Math.PI * drift.grownMetres / sampling.wavelengthMetres();
                    ports.write(rays, ray, Math.cos(phase), Math.sin(phase), row);
                    add(row, sum[t]);
                    delays[t][group] +=
                            drift.grownMetres / Sampling.LIGHT_METRES_PER_SECOND / (end - first);
                }
            }
            for (int t = 0; t < steps; t++) {
                delays[t][group] += rays.delaySeconds[group];
                sums.put(t, group, sum[t]);
            }
        }
        return sums;
    }

    private static void add(float[] row, float[] sum) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += row[j];
        }
    }
}
