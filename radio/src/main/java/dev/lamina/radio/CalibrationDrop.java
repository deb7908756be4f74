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
    private static final List<SectorAntenna> SECTORS =
            List.of(
                    new SectorAntenna(30, 10, 102),
                    new SectorAntenna(150, 10, 102),
                    new SectorAntenna(270, 10, 102));

    private final Scenario scenario;
    private final double carrierHertz;
    private final long seed;
    private final PathLosses losses;
    private final List<Place> sites;
    private final List<StateField> sights = new ArrayList<>();
    private final Map<LinkState, LargeScaleFields> makers;
    private final Map<LinkState, List<LargeScaleField>> fields = new EnumMap<>(LinkState.class);

    CalibrationDrop(
            Scenario scenario,
            double carrierHertz,
            Map<LinkState, LargeScaleFields> makers,
            long seed) {
        this.scenario = scenario;
        this.carrierHertz = carrierHertz;
        this.seed = seed;
        this.makers = makers;
        losses = PathLosses.of(scenario, carrierHertz);
        sites = sites(siteDistanceMetres(), losses.stationMetres());
        for (int site = 0; site < sites.size(); site++) {
            sights.add(new StateField(seed, "line of sight", site));
        }
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
    private record SiteLink(int site, LinkState state, LargeScale largeScale, double gain) {}

    Served serve(int index, SpreadModel model) {
        RandomGenerator random = Seeds.stream(seed, "user", index);
        User user = user(random);
        SiteLink serving = link(user, 0, random);
        double strongest = Double.NEGATIVE_INFINITY;
        double all = 0;
        for (int site = 0; site < sites.size(); site++) {
            SiteLink link = site == 0 ? serving : link(user, site, random);
            for (SectorAntenna sector : SECTORS) {
                double gain = link.gain() + sector.decibels(sites.get(site), user.place());
                all += Math.pow(10, gain / 10);
                if (gain > strongest) {
                    strongest = gain;
                    serving = link;
                }
            }
        }
        double own = Math.pow(10, strongest / 10);
        return new Served(
                strongest,
                10 * Math.log10(own / (all - own)),
                model.of(described(user, serving), Seeds.stream(seed, "paths", index)));
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
        LargeScale largeScale = field(state, site).at(sites.get(site), place);
        double loss =
                losses.decibels(seen, ground, place.z(), environment) + user.penetrationDecibels();
        return new SiteLink(site, state, largeScale, largeScale.shadowingDecibels() - loss);
    }

    private SpreadModel.Link described(User user, SiteLink link) {
        Place site = sites.get(link.site());
        ClusterStatistics clusters =
                maker(link.state())
                        .table()
                        .clusters(user.place().groundMetres(site), site.z(), user.place().z());
        return new SpreadModel.Link(site, user.place(), link.state(), link.largeScale(), clusters);
    }

    private LargeScaleFields maker(LinkState state) {
        return Objects.requireNonNull(makers.get(state));
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
