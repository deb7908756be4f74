package dev.lamina.radio;

import static java.util.Comparator.comparingDouble;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// The rays of a link's clusters (TR 38.901, 7.5, steps 7 to 10; sub-clusters by step 11).
final class ClusterRays {
    private final Clusters clusters;
    private final List<Group> groups = new ArrayList<>();

    /// Rays of a cluster, or a part of it, with one delay.
    private static final class Group {
        final int cluster;
        final int[] rays;
        final double delaySeconds;

        Group(int cluster, int[] rays, double delaySeconds) {
            this.cluster = cluster;
            this.rays = rays;
            this.delaySeconds = delaySeconds;
        }
    }

    ClusterRays(Clusters clusters) {
        this.clusters = clusters;
        List<Integer> strongest =
                IntStream.range(0, clusters.size())
                        .boxed()
                        .sorted(comparingDouble(n -> -clusters.power[n]))
                        .limit(2)
                        .toList();
        double apart = clusters.statistics.delaySpreadSeconds();
        for (int n = 0; n < clusters.size(); n++) {
            double delay = clusters.delaySeconds[n];
            if (strongest.contains(n)) {
                for (int i = 0; i < RayOffsets.SUB_CLUSTERS.length; i++) {
                    double later = RayOffsets.SUB_CLUSTER_DELAYS[i] * apart;
                    groups.add(new Group(n, RayOffsets.SUB_CLUSTERS[i], delay + later));
                }
            } else {
                groups.add(new Group(n, RayOffsets.all(), delay));
            }
        }
    }

    /// Draws the rays.
    ///
    /// @param directPhase of the direct ray at the start of the track, in radians
    Rays draw(double directPhase, RandomGenerator random) {
        int direct = clusters.rician > 0 ? 1 : 0;
        double[] delays = new double[direct + groups.size()];
        int[] starts = new int[delays.length + 1];
        starts[direct] = direct;
        for (int i = 0; i < groups.size(); i++) {
            delays[direct + i] = groups.get(i).delaySeconds;
            starts[direct + i + 1] = starts[direct + i] + groups.get(i).rays.length;
        }
        Rays rays = new Rays(delays, starts, direct - 1);
        double scattered = 1 / (clusters.rician + 1);
        if (direct == 1) {
            Direction departure = clusters.departure;
            Direction arrival = departure.reversed();
            rays.amplitude[0] = Math.sqrt(1 - scattered);
            rays.point(
                    0,
                    departure.azimuthDegrees(),
                    departure.zenithDegrees(),
                    arrival.azimuthDegrees(),
                    arrival.zenithDegrees());
            rays.coupleDirect(0, directPhase);
        }
        for (int i = 0; i < groups.size(); i++) {
            draw(rays, starts[direct + i], groups.get(i), scattered, random);
        }
        return rays;
    }

    private void draw(Rays rays, int at, Group group, double power, RandomGenerator random) {
        ClusterStatistics statistics = clusters.statistics;
        int n = group.cluster;
        int[] aod = RayOffsets.shuffled(group.rays, random);
        int[] zoa = RayOffsets.shuffled(group.rays, random);
        int[] zod = RayOffsets.shuffled(group.rays, random);
        double[] phases = new double[4];
        for (int m = 0; m < aod.length; m++) {
            rays.amplitude[at + m] = Math.sqrt(power * clusters.power[n] / RayOffsets.RAYS);
            rays.point(
                    at + m,
                    clusters.departureAzimuth[n]
                            + statistics.departureAzimuthDegrees() * RayOffsets.alpha(aod[m]),
                    clusters.departureZenith[n]
                            + statistics.departureZenithDegrees() * RayOffsets.alpha(zod[m]),
                    clusters.arrivalAzimuth[n]
                            + statistics.arrivalAzimuthDegrees() * RayOffsets.alpha(group.rays[m]),
                    clusters.arrivalZenith[n]
                            + statistics.arrivalZenithDegrees() * RayOffsets.alpha(zoa[m]));
            double polarisation =
                    statistics.polarisationMeanDecibels()
                            + statistics.polarisationDeviationDecibels() * random.nextGaussian();
            for (int i = 0; i < 4; i++) {
                phases[i] = 2 * Math.PI * random.nextDouble();
            }
            rays.couple(at + m, phases, polarisation);
        }
    }
}
