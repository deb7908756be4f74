package dev.lamina.radio;

import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/// The sites of a [Calibration] with one realisation of all fields, and users drawn among them.
final class CalibrationDrop {
    /// Of the inter-site distance.
    private static final double RADIUS = 0.93;

    private static final double INDOOR_SHARE = 0.8;
    private static final double HIGH_LOSS_SHARE = 0.5;
    private static final double FLOOR_METRES = 3;
    private static final double USER_METRES = 1.5;
    private static final double MOST_INDOOR_METRES = 25;

    /// Links this much weaker than the best may be seen through a panel's main lobe, and do not
    /// count all the same.
    private static final double NEGLIGIBLE_DECIBELS = 45;

    private static final double[] BEARINGS = {30, 150, 270};
    private static final double TILT_ZENITH_DEGREES = 102;

    private final Scenario scenario;
    private final double carrierHertz;
    private final Calibration.Phase phase;
    private final List<SectorAntenna> sectors = new ArrayList<>();
    private final long seed;
    private final PathLosses losses;
    private final List<Place> sites;
    private final List<StateField> sights = new ArrayList<>();
    private final Map<LinkState, LargeScaleFields> makers;
    private final ScenarioTable buildingSeen;
    private final Map<LinkState, List<LargeScaleField>> fields = new EnumMap<>(LinkState.class);

    CalibrationDrop(
            Scenario scenario,
            double carrierHertz,
            Calibration.Phase phase,
            Map<LinkState, LargeScaleFields> makers,
            long seed) {
        this.scenario = scenario;
        this.carrierHertz = carrierHertz;
        this.phase = phase;
        this.seed = seed;
        for (double bearing : BEARINGS) {
            sectors.add(
                    switch (phase) {
                        case LARGE_SCALE -> new SectorAntenna(bearing, 10, 1, TILT_ZENITH_DEGREES);
                        case FULL -> new SectorAntenna(bearing, 4, 4, TILT_ZENITH_DEGREES);
                    });
        }
        this.makers = makers;
        losses = PathLosses.of(scenario, carrierHertz);
        sites = sites(siteDistanceMetres(), losses.stationMetres());
        for (int site = 0; site < sites.size(); site++) {
            sights.add(new StateField(seed, "line of sight", site));
        }
        buildingSeen = Objects.requireNonNull(makers.get(LinkState.INDOOR)).table().buildingSeen();
        makers.forEach((state, maker) -> {
            List<LargeScaleField> made = new ArrayList<>();
            for (int site = 0; site < sites.size(); site++) {
                made.add(maker.of(seed, site));
            }
            fields.put(state, made);
        });
    }

    /// What was found for one user.
    record Served(double gainDecibels, double geometryDecibels, Spreads spreads) {}

    /// @param indoorMetres d_2D-in
    /// @param penetrationDecibels of its building; 0 outdoors
    private record User(
            Place place, boolean indoors, double indoorMetres, double penetrationDecibels) {}

    /// To a site, without antennas.
    private record SiteLink(int site, ScenarioTable table, LargeScale largeScale, double gain) {}

    Served serve(int index) {
        RandomGenerator random = Seeds.stream(seed, "user", index);
        User user = user(random);
        List<SiteLink> links = new ArrayList<>();
        double best = Double.NEGATIVE_INFINITY;
        for (int site = 0; site < sites.size(); site++) {
            SiteLink link = link(user, site, random);
            links.add(link);
            best = Math.max(best, link.gain());
        }
        SiteLink serving = links.getFirst();
        double strongest = Double.NEGATIVE_INFINITY;
        double all = 0;
        for (SiteLink link : links) {
            if (link.gain() < best - NEGLIGIBLE_DECIBELS) {
                continue;
            }
            double[] gains = gains(user, link, index);
            for (double antenna : gains) {
                double gain = link.gain() + antenna;
                all += Math.pow(10, gain / 10);
                if (gain > strongest) {
                    strongest = gain;
                    serving = link;
                }
            }
        }
        double own = Math.pow(10, strongest / 10);
        return new Served(
                strongest, 10 * Math.log10(own / (all - own)), spreads(user, serving, index));
    }

    /// What the antennas of each sector add, in dB.
    private double[] gains(User user, SiteLink link, int index) {
        double[] gains = new double[sectors.size()];
        switch (phase) {
            case LARGE_SCALE -> {
                for (int i = 0; i < gains.length; i++) {
                    gains[i] = sectors.get(i).decibels(sites.get(link.site()), user.place());
                }
            }
            case FULL -> {
                Rays rays = rays(user, link, index);
                for (int i = 0; i < gains.length; i++) {
                    gains[i] = 10 * Math.log10(gain(rays, sectors.get(i)));
                }
            }
        }
        return gains;
    }

    /// Mean over a slanted port's links to a vertical and a horizontal one, over all rays.
    private static double gain(Rays rays, SectorAntenna sector) {
        double sum = 0;
        for (int ray = 0; ray < rays.size(); ray++) {
            double crossReal = rays.coupling[8 * ray + 2];
            double crossImaginary = rays.coupling[8 * ray + 3];
            double cross = crossReal * crossReal + crossImaginary * crossImaginary;
            sum +=
                    rays.amplitude[ray]
                            * rays.amplitude[ray]
                            * (1 + cross)
                            / 2
                            * sector.gain(rays.departureAzimuth[ray], rays.departureZenith[ray]);
        }
        return sum;
    }

    private Spreads spreads(User user, SiteLink link, int index) {
        return switch (phase) {
            case LARGE_SCALE -> Spreads.drawn(link.largeScale());
            case FULL -> Spreads.measured(rays(user, link, index));
        };
    }

    private Rays rays(User user, SiteLink link, int index) {
        RandomGenerator random = Seeds.stream(seed, "rays", index, link.site());
        Place site = sites.get(link.site());
        Clusters clusters =
                new Clusters(
                        link.table()
                                .clusters(
                                        user.place().groundMetres(site),
                                        site.z(),
                                        user.place().z()),
                        link.largeScale(),
                        Direction.between(site, user.place()),
                        link.table().state(),
                        Convention.STANDARD,
                        Draws.of(random));
        return new ClusterRays(clusters).draw(0, random);
    }

    /// The middle site and two rings around it; a sector's main direction is towards a neighbour.
    static List<Place> sites(double distanceMetres, double heightMetres) {
        List<Place> sites = new ArrayList<>();
        for (int q = -2; q <= 2; q++) {
            for (int r = -2; r <= 2; r++) {
                if (Math.abs(q + r) <= 2) {
                    sites.add(
                            new Place(
                                    distanceMetres * Math.sqrt(0.75) * q,
                                    distanceMetres * (r + q / 2.0),
                                    heightMetres));
                }
            }
        }
        return sites;
    }

    private User user(RandomGenerator random) {
        double radius = RADIUS * siteDistanceMetres();
        double least = leastMetres();
        double metres =
                Math.sqrt(least * least + random.nextDouble() * (radius * radius - least * least));
        double angle = 2 * Math.PI * random.nextDouble();
        double x = metres * Math.cos(angle);
        double y = metres * Math.sin(angle);
        if (random.nextDouble() >= INDOOR_SHARE) {
            return new User(new Place(x, y, USER_METRES), false, 0, 0);
        }
        int floor = random.nextInt(random.nextInt(4, 9));
        Penetration building =
                random.nextDouble() < HIGH_LOSS_SHARE ? Penetration.HIGH : Penetration.LOW;
        double inside = MOST_INDOOR_METRES * Math.min(random.nextDouble(), random.nextDouble());
        double decibels =
                building.decibels(carrierHertz, inside)
                        + building.deviationDecibels() * random.nextGaussian();
        return new User(
                new Place(x, y, FLOOR_METRES * floor + USER_METRES), true, inside, decibels);
    }

    private SiteLink link(User user, int site, RandomGenerator random) {
        Place place = user.place();
        double ground = place.groundMetres(sites.get(site));
        double outside = Math.max(0, ground - user.indoorMetres());
        boolean seen =
                sights.get(site)
                        .at(place, PathLosses.lineOfSightProbability(scenario, outside, place.z()));
        LinkState state =
                user.indoors()
                        ? LinkState.INDOOR
                        : seen ? LinkState.LINE_OF_SIGHT : LinkState.NO_LINE_OF_SIGHT;
        double environment = losses.environmentMetres(ground, place.z(), random.nextDouble());
        ScenarioTable table = table(state, seen);
        LargeScale largeScale =
                table.largeScale(
                        field(state, site).normals(place.x(), place.y()),
                        ground,
                        losses.stationMetres(),
                        place.z());
        double loss =
                losses.decibels(seen, ground, place.z(), environment) + user.penetrationDecibels();
        return new SiteLink(site, table, largeScale, largeScale.shadowingDecibels() - loss);
    }

    private ScenarioTable table(LinkState state, boolean seen) {
        ScenarioTable table = Objects.requireNonNull(makers.get(state)).table();
        return state == LinkState.INDOOR && seen ? buildingSeen : table;
    }

    private LargeScaleField field(LinkState state, int site) {
        return Objects.requireNonNull(fields.get(state)).get(site);
    }

    private double siteDistanceMetres() {
        return switch (scenario) {
            case URBAN_MACRO -> 500;
            case URBAN_MICRO -> 200;
        };
    }

    private double leastMetres() {
        return switch (scenario) {
            case URBAN_MACRO -> 35;
            case URBAN_MICRO -> 10;
        };
    }
}
