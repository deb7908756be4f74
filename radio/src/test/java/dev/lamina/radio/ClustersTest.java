package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.Seeds;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClustersTest {
    private static final Direction DEPARTURE = new Direction(20, 95);

    /// UMa NLOS at 6 GHz.
    private static final ClusterStatistics STATISTICS =
            new ClusterStatistics(20, 20, 2.3, 3, 3.9e-9, 2, 15, 1.4, 7, -10, 7, 3);

    private static final LargeScale LARGE = new LargeScale(3e-7, 20, 40, 3, 10, 0, 9);

    @Test
    void rayOffsetsHaveRmsOne() {
        double square = 0;
        double sum = 0;
        for (int i = 0; i < RayOffsets.RAYS; i++) {
            square += RayOffsets.alpha(i) * RayOffsets.alpha(i) / RayOffsets.RAYS;
            sum += RayOffsets.alpha(i);
        }
        assertThat(Math.sqrt(square)).isEqualTo(1, within(5e-5));
        assertThat(sum).isEqualTo(0, within(1e-12));
    }

    @Test
    void subClustersShareAllRaysTenToSixToFour() {
        assertThat(Arrays.stream(RayOffsets.SUB_CLUSTERS).mapToInt(part -> part.length))
                .containsExactly(10, 6, 4);
        assertThat(Arrays.stream(RayOffsets.SUB_CLUSTERS).flatMapToInt(Arrays::stream).sorted())
                .containsExactly(Arrays.stream(RayOffsets.all()).boxed().toArray(Integer[]::new));
    }

    @ParameterizedTest
    @EnumSource(Convention.class)
    void powersAddUpToOneAndDelaysGrowFromZero(Convention convention) {
        for (boolean sight : new boolean[] {false, true}) {
            Clusters clusters = clusters(convention, sight, 1);
            Rays rays = new ClusterRays(clusters).draw(0.3, Seeds.stream(1, "rays"));
            assertThat(Arrays.stream(clusters.power).sum()).isEqualTo(1, within(1e-12));
            assertThat(Arrays.stream(rays.amplitude).map(a -> a * a).sum())
                    .isEqualTo(1, within(1e-12));
            assertThat(clusters.delaySeconds).isSorted();
            assertThat(clusters.delaySeconds[0]).isZero();
            // the two strongest have three delays each
            assertThat(rays.groups()).isEqualTo(clusters.size() + 4 + (sight ? 1 : 0));
            assertThat(rays.direct).isEqualTo(sight ? 0 : -1);
            assertThat(Arrays.stream(rays.arrivalZenith)).allMatch(z -> z >= 0 && z <= Math.PI);
            assertThat(Arrays.stream(rays.departureAzimuth)).allMatch(p -> Math.abs(p) <= Math.PI);
        }
    }

    @Test
    void weakClustersAreLeftOutOnlyByTheStandard() {
        int fewest = 20;
        for (int i = 0; i < 50; i++) {
            Clusters clusters = clusters(Convention.STANDARD, false, i);
            double[] powers = clusters.powerWithDirect();
            double most = Arrays.stream(powers).max().orElseThrow();
            assertThat(Arrays.stream(powers).min().orElseThrow()).isGreaterThan(most / 317);
            fewest = Math.min(fewest, clusters.size());
            assertThat(clusters(Convention.QUADRIGA, false, i).size()).isEqualTo(20);
        }
        assertThat(fewest).isLessThan(20);
    }

    @Test
    void inLineOfSightTheFirstClusterPointsToTheStation() {
        Clusters clusters = clusters(Convention.STANDARD, true, 3);
        assertThat(clusters.departureAzimuth[0]).isEqualTo(20, within(1e-9));
        assertThat(clusters.arrivalAzimuth[0]).isEqualTo(200, within(1e-9));
        assertThat(clusters.arrivalZenith[0]).isEqualTo(85, within(1e-9));
    }

    /// Whatever the station's direction; the same draws otherwise.
    @Test
    void indoorsClustersArriveAroundTheHorizon() {
        double[] outdoors =
                clusters(Convention.STANDARD, LinkState.NO_LINE_OF_SIGHT, 7).arrivalZenith;
        double[] indoors = clusters(Convention.STANDARD, LinkState.INDOOR, 7).arrivalZenith;
        for (int n = 0; n < indoors.length; n++) {
            assertThat(indoors[n] - 90).isEqualTo(outdoors[n] - 85, within(1e-9));
        }
    }

    @Test
    void lineOfSightDelaysAreDividedByTheirFactor() {
        double k = LARGE.ricianDecibels();
        double tau = 0.7705 - 0.0433 * k + 0.0002 * k * k + 0.000017 * k * k * k;
        double[] standard = clusters(Convention.STANDARD, true, 4).delaySeconds;
        double[] plain = clusters(Convention.QUADRIGA, true, 4).delaySeconds;
        assertThat(standard[1] * tau).isEqualTo(plain[1], within(1e-15));
    }

    @Test
    void sameSeedSameRays() {
        Rays one =
                new ClusterRays(clusters(Convention.STANDARD, false, 5))
                        .draw(0, Seeds.stream(5, "rays"));
        Rays other =
                new ClusterRays(clusters(Convention.STANDARD, false, 5))
                        .draw(0, Seeds.stream(5, "rays"));
        assertThat(one.coupling).isEqualTo(other.coupling);
        assertThat(one.departureZenith).isEqualTo(other.departureZenith);
    }

    /// Rays of one cluster keep the cluster's spread of angles, whatever their coupling.
    @Test
    void raysSpreadByTheClustersSpread() {
        Clusters clusters = clusters(Convention.STANDARD, false, 6);
        Rays rays = new ClusterRays(clusters).draw(0, Seeds.stream(6, "rays"));
        for (int group = 0; group < rays.groups(); group++) {
            int first = rays.starts[group];
            int end = rays.starts[group + 1];
            if (end - first == RayOffsets.RAYS) {
                assertThat(spread(rays.arrivalAzimuth, first, end)).isEqualTo(15, within(0.01));
                assertThat(spread(rays.departureAzimuth, first, end)).isEqualTo(2, within(0.01));
            }
        }
    }

    /// What QuaDRiGa's own clusters measure at 2.4 GHz, mean lg: DS, ASD, ASA, ZSA.
    @ParameterizedTest
    @CsvSource({
        "URBAN_MACRO, LINE_OF_SIGHT, -7.328, 1.074, 1.523, 0.944",
        "URBAN_MACRO, NO_LINE_OF_SIGHT, -6.343, 1.457, 1.909, 1.360",
        "URBAN_MICRO, LINE_OF_SIGHT, -7.610, 1.139, 1.479, 0.662",
        "URBAN_MICRO, NO_LINE_OF_SIGHT, -6.979, 1.386, 1.724, 0.887"
    })
    void quadrigasSpreadsComeOut(
            Scenario scenario, LinkState state, double ds, double asd, double asa, double zsa) {
        ChannelSpec spec =
                CheckSpecs.omni(Channels.cell(scenario, state, Convention.QUADRIGA), 1, 1_000, 11);
        CellLinks links = new CellLinks(spec, (Environment.Cell) spec.environment());
        assertThat(mean(spec, links, c -> Spread.ofDelays(c.delaySeconds, c.powerWithDirect())))
                .as("DS")
                .isEqualTo(ds, within(0.07));
        assertThat(
                        mean(
                                spec,
                                links,
                                c -> Spread.aroundMean(c.departureAzimuth, c.powerWithDirect())))
                .as("ASD")
                .isEqualTo(asd, within(0.05));
        assertThat(mean(spec, links, c -> Spread.aroundMean(c.arrivalAzimuth, c.powerWithDirect())))
                .as("ASA")
                .isEqualTo(asa, within(0.05));
        assertThat(mean(spec, links, c -> Spread.aroundMean(c.arrivalZenith, c.powerWithDirect())))
                .as("ZSA")
                .isEqualTo(zsa, within(0.05));
    }

    private static double mean(
            ChannelSpec spec, CellLinks links, ToDoubleFunction<Clusters> spread) {
        double sum = 0;
        for (int i = 0; i < spec.tracks(); i++) {
            Place user = Journey.of(spec, i).track().start();
            Draws draws = Draws.of(Seeds.stream(12, "clusters", i));
            Clusters clusters = links.clusters(links.link(i, user), user, draws);
            sum += Math.log10(spread.applyAsDouble(clusters)) / spec.tracks();
        }
        return sum;
    }

    private static double spread(double[] radians, int first, int end) {
        double[] degrees = Arrays.stream(radians, first, end).map(Math::toDegrees).toArray();
        double[] powers = new double[degrees.length];
        Arrays.fill(powers, 1);
        return Spread.aroundMean(degrees, powers);
    }

    private static Clusters clusters(Convention convention, boolean sight, int seed) {
        return clusters(
                convention, sight ? LinkState.LINE_OF_SIGHT : LinkState.NO_LINE_OF_SIGHT, seed);
    }

    private static Clusters clusters(Convention convention, LinkState state, int seed) {
        return new Clusters(
                STATISTICS,
                LARGE,
                DEPARTURE,
                state,
                convention,
                Draws.of(Seeds.stream(seed, "clusters")));
    }
}
