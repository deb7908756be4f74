package dev.lamina.radio;

import java.util.Arrays;

/// Channels [time, subcarrier, pair of ports] from rays (TR 38.901, 7.5, step 11). First the rays
/// of every group, which have one delay, are summed for each time and pair; then the groups are
/// summed for each subcarrier, turned by exp(-j 2π f τ). Both are sums of rows over all pairs
/// ([ComplexRows]). One object computes one track.
final class ChannelKernel {
    /// About as many floats make a row of the second sum; several steps share a row until then.
    private static final int ROW_FLOATS = 256;

    private final Rays rays;
    private final Place stationPlace;
    private final OrientedPanel station;
    private final OrientedPanel[] user;
    private final Track track;
    private final Sampling sampling;
    private final Motion motion;
    private final int pairs;
    private final int stepsInRow;
    private final PortPairs ports;
    // for each row of steps the sums of all groups
    private final ComplexRows[] sums;
    // [step or 0, group]
    private final double[][] delays;

    ChannelKernel(
            Rays rays,
            Place stationPlace,
            OrientedPanel station,
            UserAntenna user,
            Track track,
            Sampling sampling,
            Motion motion) {
        this.rays = rays;
        this.stationPlace = stationPlace;
        this.station = station;
        this.track = track;
        this.sampling = sampling;
        this.motion = motion;
        boolean drifting = motion == Motion.DRIFTING;
        int steps = track.steps();
        this.user = new OrientedPanel[drifting ? steps : 1];
        for (int t = 0; t < this.user.length; t++) {
            this.user[t] = t > 0 && !user.followsMotion() ? this.user[0] : user.at(track, t);
        }
        ports = new PortPairs(station, this.user[0]);
        pairs = station.ports() * this.user[0].ports();
        stepsInRow = drifting ? 1 : Math.clamp(ROW_FLOATS / (2 * pairs), 1, steps);
        sums = new ComplexRows[(steps + stepsInRow - 1) / stepsInRow];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = new ComplexRows(rays.groups(), stepsInRow * pairs);
        }
        delays = new double[drifting ? steps : 1][rays.groups()];
    }

    /// @param gain amplitude of the whole channel
    float[] channels(double gain) {
        switch (motion) {
            case CONSTANT_RAYS -> sumConstantRays();
            case DRIFTING -> sumDriftingRays();
        }
        for (ComplexRows rows : sums) {
            for (int group = 0; group < rays.groups(); group++) {
                rows.turn(group);
            }
        }
        return sumGroups((float) gain);
    }

    private void sumConstantRays() {
        delays[0] = rays.delaySeconds;
        int steps = track.steps();
        int most = 0;
        for (int group = 0; group < rays.groups(); group++) {
            most = Math.max(most, rays.starts[group + 1] - rays.starts[group]);
        }
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
                ports.departure(station, rays.departureZenith[ray], rays.departureAzimuth[ray]);
                ports.arrival(user[0], rays.arrivalZenith[ray], rays.arrivalAzimuth[ray]);
                ports.write(rays, ray, 1, 0, rows.rows[i]);
                rows.turn(i);
                doppler.turn(
                        rays.arrivalZenith[ray],
                        rays.arrivalAzimuth[ray],
                        real,
                        imaginary,
                        i,
                        count);
            }
            for (int t = 0; t < steps; t++) {
                rows.sum(count, real, imaginary, t * count, sum);
                keep(t, group, sum);
            }
        }
    }

    private void sumDriftingRays() {
        int steps = track.steps();
        float[] row = new float[2 * pairs];
        float[][] sum = new float[steps][2 * pairs];
        for (int group = 0; group < rays.groups(); group++) {
            for (float[] zeros : sum) {
                Arrays.fill(zeros, 0);
            }
            int first = rays.starts[group];
            int end = rays.starts[group + 1];
            for (int ray = first; ray < end; ray++) {
                RayDrift drift = drift(group, ray);
                ports.departure(station, rays.departureZenith[ray], rays.departureAzimuth[ray]);
                for (int t = 0; t < steps; t++) {
                    Place place = track.places().get(t);
                    drift.move(place);
                    if (group == rays.direct) {
                        Direction away = Direction.between(stationPlace, place);
                        ports.departure(
                                station,
                                Math.toRadians(away.zenithDegrees()),
                                Math.toRadians(away.azimuthDegrees()));
                    }
                    ports.arrival(user[t], drift.zenith, drift.azimuth);
                    double phase = -2 * Math.PI * drift.grownMetres / sampling.wavelengthMetres();
                    ports.write(rays, ray, Math.cos(phase), Math.sin(phase), row);
                    add(row, sum[t]);
                    delays[t][group] +=
                            drift.grownMetres / Sampling.LIGHT_METRES_PER_SECOND / (end - first);
                }
            }
            for (int t = 0; t < steps; t++) {
                delays[t][group] += rays.delaySeconds[group];
                keep(t, group, sum[t]);
            }
        }
    }

    private RayDrift drift(int group, int ray) {
        return group == rays.direct
                ? RayDrift.direct(track.start(), stationPlace)
                : RayDrift.scattered(
                        track.start(),
                        stationPlace,
                        rays.delaySeconds[group],
                        rays.arrivalZenith[ray],
                        rays.arrivalAzimuth[ray]);
    }

    private void keep(int step, int group, float[] sum) {
        float[] row = sums[step / stepsInRow].rows[group];
        System.arraycopy(sum, 0, row, step % stepsInRow * 2 * pairs, 2 * pairs);
    }

    private float[] sumGroups(float gain) {
        int groups = rays.groups();
        int subcarriers = sampling.subcarriers();
        int width = 2 * pairs;
        float[] channels = new float[track.steps() * subcarriers * width];
        float[] real = new float[subcarriers * groups];
        float[] imaginary = new float[subcarriers * groups];
        float[] sum = new float[stepsInRow * width];
        for (int block = 0; block < sums.length; block++) {
            if (block < delays.length) {
                for (int group = 0; group < groups; group++) {
                    sampling.turn(delays[block][group], real, imaginary, group, groups);
                }
                scale(real, gain);
                scale(imaginary, gain);
            }
            int first = block * stepsInRow;
            int steps = Math.min(stepsInRow, track.steps() - first);
            for (int k = 0; k < subcarriers; k++) {
                sums[block].sum(groups, real, imaginary, k * groups, sum);
                for (int t = 0; t < steps; t++) {
                    int at = ((first + t) * subcarriers + k) * width;
                    System.arraycopy(sum, t * width, channels, at, width);
                }
            }
        }
        return channels;
    }

    private static void add(float[] row, float[] sum) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += row[j];
        }
    }

    private static void scale(float[] row, float factor) {
        for (int j = 0; j < row.length; j++) {
            row[j] *= factor;
        }
    }
}
