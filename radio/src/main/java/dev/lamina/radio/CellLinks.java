package dev.lamina.radio;

import dev.lamina.base.Seeds;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/// The links of a cell's users (TR 38.901, 7.5, steps 2 to 7): from fields over the ground where
/// users near one another are to be alike, otherwise each on its own.
final class CellLinks {
    private static final double DEEPEST_INDOORS_METRES = 25;

    /// User heights at which the TR's terms for heights vanish, as QuaDRiGa has none of them.
    private static final double PLAIN_METRES = 1.5;

    private final ChannelSpec spec;
    private final Environment.Cell cell;
    private final Place station;
    private final PathLosses losses;
    private final Map<LinkState, ScenarioTable> tables = new EnumMap<>(LinkState.class);
    // only where links are alike
    private final Map<LinkState, LargeScaleField> fields = new EnumMap<>(LinkState.class);
    private final Map<LinkState, ClusterFields> clusterFields = new EnumMap<>(LinkState.class);
    private final StateField sight;
    private final StateField indoors;

    CellLinks(ChannelSpec spec, Environment.Cell cell) {
        this.spec = spec;
        this.cell = cell;
        station = new Place(0, 0, spec.station().heightMetres());
        losses = new PathLosses(cell.scenario(), spec.carrierHertz(), station.z());
        sight = new StateField(spec.seed(), "line of sight");
        indoors = new StateField(spec.seed(), "indoors");
        for (LinkState state : LinkState.values()) {
            ScenarioTable table =
                    ScenarioTable.of(cell.scenario(), state, spec.carrierHertz(), cell.clip());
            tables.put(state, table);
            if (cell.consistent()) {
                fields.put(state, new LargeScaleFields(table).of(spec.seed(), 0));
                int clusters = table.clusters(100, station.z(), PLAIN_METRES).clusters();
                clusterFields.put(state, new ClusterFields(table, clusters, spec.seed()));
            }
        }
    }

    Link link(int index, Place user) {
        RandomGenerator random = Seeds.stream(spec.seed(), "link", index);
        double ground = user.groundMetres(station);
        boolean drawn = cell.state() == null;
        boolean inside =
                drawn
                        ? has(indoors, user, cell.indoorShare(), random)
                        : cell.state() == LinkState.INDOOR;
        double indoor =
                inside
                        ? Math.min(
                                Math.min(random.nextDouble(), random.nextDouble())
                                        * DEEPEST_INDOORS_METRES,
                                ground)
                        : 0;
        double chance =
                PathLosses.lineOfSightProbability(cell.scenario(), ground - indoor, user.z());
        boolean seen =
                (drawn || inside)
                        ? has(sight, user, chance, random)
                        : cell.state() == LinkState.LINE_OF_SIGHT;
        double environment = losses.environmentMetres(ground, user.z(), random.nextDouble());
        double loss = losses.decibels(seen, ground, user.z(), environment);
        if (inside) {
            Penetration wall = random.nextBoolean() ? Penetration.LOW : Penetration.HIGH;
            loss +=
                    wall.decibels(spec.carrierHertz(), indoor)
                            + wall.deviationDecibels() * random.nextGaussian();
        }
        LinkState state =
                inside
                        ? LinkState.INDOOR
                        : seen ? LinkState.LINE_OF_SIGHT : LinkState.NO_LINE_OF_SIGHT;
        ScenarioTable table = Objects.requireNonNull(tables.get(state));
        if (inside && cell.convention().seesBuilding(cell.scenario(), seen)) {
            table = table.buildingSeen();
        }
        LargeScale large = large(table, user, ground, random);
        return new Link(table, large, loss, Direction.between(station, user));
    }

    /// What channels carry of path loss and shadowing.
    double gainDecibels(Link link) {
        return (cell.pathLoss() ? -link.pathLossDecibels() : 0)
                + (cell.shadowing() ? link.large().shadowingDecibels() : 0);
    }

    Rays rays(int index, Link link, Place user) {
        RandomGenerator random = Seeds.stream(spec.seed(), "rays", index);
        ClusterFields alike = clusterFields.get(link.state());
        Draws draws = alike == null ? Draws.of(random) : alike.at(user);
        double wavelength = Sampling.LIGHT_METRES_PER_SECOND / spec.carrierHertz();
        double directPhase = -2 * Math.PI * (user.metres(station) / wavelength % 1);
        return new ClusterRays(clusters(link, user, draws)).draw(directPhase, random);
    }

    Clusters clusters(Link link, Place user, Draws draws) {
        return new Clusters(
                cell.convention()
                        .statistics(
                                link.table()
                                        .clusters(
                                                user.groundMetres(station), station.z(), user.z()),
                                cell.scenario(),
                                link.state()),
                link.large(),
                link.departure(),
                link.state(),
                cell.convention(),
                draws);
    }

    private LargeScale large(
            ScenarioTable table, Place user, double ground, RandomGenerator random) {
        LargeScaleField field = fields.get(table.state());
        double[] normals = new double[LargeScaleParameter.COUNT];
        for (int i = 0; i < normals.length; i++) {
            normals[i] = random.nextGaussian();
        }
        double[] correlated =
                field == null ? table.correlated(normals) : field.normals(user.x(), user.y());
        return switch (cell.convention()) {
            case STANDARD -> table.largeScale(correlated, ground, station.z(), user.z(), true);
            case QUADRIGA ->
                    table.largeScale(correlated, ground, PLAIN_METRES, PLAIN_METRES, false);
        };
    }

    private boolean has(StateField field, Place user, double probability, RandomGenerator random) {
        return cell.consistent() ? field.at(user, probability) : random.nextDouble() < probability;
    }
}
