package dev.lamina.bench;

import dev.lamina.air.ArrayLayout;
import dev.lamina.air.Target;
import dev.lamina.air.Track;
import dev.lamina.air.Tracks;
import dev.lamina.base.Seeds;
import dev.lamina.radio.ChannelGenerator;
import dev.lamina.radio.Noise;
import dev.lamina.radio.Presets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// The channels of a seed, as LLM4CP has them (arXiv 2406.14440; reference 3.1): each server's
/// tracks out of a training pool of its own, noisy in history and labels, and held-out tracks of
/// other users with clean labels. A track is made when it is asked for.
///
/// @param training of all servers, server by server
/// @param heldOut to judge by
/// @param speedsKmh of the held-out tracks
record Fig4Data(List<Track> training, List<Track> heldOut, List<Integer> speedsKmh) {
    static final int HISTORY_STEPS = 16;
    static final int SUBCARRIERS = 48;
    static final Target TARGET = Target.sameBand(4, SUBCARRIERS);

    /// Of the held-out histories.
    static final double SNR_DECIBELS = 18;

    /// Tracks in the pool of [Presets#llm4cp(long)].
    static final int POOL = 9000;

    /// LLM4CP's test: 10, 20, …, 100 km/h.
    static final List<Integer> SPEEDS_KMH =
            IntStream.rangeClosed(1, 10).mapToObj(i -> 10 * i).toList();

    private static final ArrayLayout LAYOUT = ArrayLayout.parse("4x4x2");

    static Fig4Data of(Fig4Experiment.Plan plan, long seed) {
        ChannelGenerator pool =
                new ChannelGenerator(Presets.llm4cp(Seeds.derive(seed, "training channels")));
        Tracks training =
                new Tracks(
                        pool,
                        LAYOUT,
                        Tracks.Config.llm4cp(
                                SUBCARRIERS, TARGET, Seeds.derive(seed, "training noise")));
        ChannelGenerator others =
                new ChannelGenerator(
                        Presets.llm4cp(
                                SPEEDS_KMH.stream().map(Integer::doubleValue).toList(),
                                plan.usersPerSpeed(),
                                Seeds.derive(seed, "held-out channels")));
        Tracks heldOut =
                new Tracks(
                        others,
                        LAYOUT,
                        new Tracks.Config(
                                HISTORY_STEPS,
                                SUBCARRIERS,
                                TARGET,
                                Noise.of(SNR_DECIBELS, Seeds.derive(seed, "held-out noise")),
                                false));
        return new Fig4Data(
                training.some(dealt(plan, pool, seed)),
                heldOut.all(),
                Arrays.stream(speedsKmh(others)).mapToObj(v -> (int) Math.round(v)).toList());
    }

    private static double[] speedsKmh(ChannelGenerator channels) {
        return Objects.requireNonNull(channels.labels().get("speed_kmh"));
    }

    /// Tracks of the pool for every server, no track twice: `iid`, or one range of `speed` after
    /// the other, the ranges dealt to the servers at random.
    static int[] dealt(Fig4Experiment.Plan plan, ChannelGenerator pool, long seed) {
        int each = plan.tracksPerServer();
        int servers = plan.servers().getLast();
        List<Integer> drawn =
                shuffled(POOL, Seeds.stream(seed, "tracks")).subList(0, servers * each);
        if (plan.partition().equals(Fig4Experiment.IID)) {
            return drawn.stream().mapToInt(Integer::intValue).toArray();
        }
        double[] speeds = speedsKmh(pool);
        List<Integer> sorted =
                drawn.stream()
                        .sorted(
                                Comparator.comparingDouble((Integer i) -> speeds[i])
                                        .thenComparing(Comparator.naturalOrder()))
                        .toList();
        return shuffled(servers, Seeds.stream(seed, "ranges of speed")).stream()
                .flatMap(range -> sorted.subList(range * each, (range + 1) * each).stream())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static List<Integer> shuffled(int count, RandomGenerator random) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        Collections.shuffle(all, random);
        return all;
    }
}
