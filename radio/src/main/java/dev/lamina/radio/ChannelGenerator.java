package dev.lamina.radio;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Generated channels. A track is computed when it is asked for, from the seed and its number
/// alone. With a path loss, channels are as small as they are in the air, about 1e-5. Pairs of
/// ports are numbered [user port, station port]. Labels: `speed_kmh`; in a cell also `distance_m`
/// on the ground, `path_gain_db` that channels carry (antennas not counted), `delay_spread_s` and
/// `line_of_sight` (1 or 0).
public final class ChannelGenerator implements Csi {
    private final ChannelSpec spec;
    private final CsiShape shape;
    private final Sampling sampling;
    private final Place stationPlace;
    private final OrientedPanel station;
    private final Source source;
    private @Nullable Map<String, double[]> labels;

    public ChannelGenerator(ChannelSpec spec) {
        this.spec = spec;
        shape = spec.shape();
        sampling =
                new Sampling(
                        spec.carrierHertz(), spec.grid().subcarriers(), spec.grid().spacingHertz());
        stationPlace = new Place(0, 0, spec.station().heightMetres());
        station = new OrientedPanel(spec.station().panel(), spec.station().orientation());
        source =
                switch (spec.environment()) {
                    case Environment.Cell cell -> new CellSource(new CellLinks(spec, cell));
                    case Environment.ClusteredDelayLine line -> {
                        ProfileRays profile = new ProfileRays(line);
                        yield (index, journey) -> channels(journey, profile.rays(random(index)), 1);
                    }
                    case Environment.TappedDelayLine line -> {
                        TapKernel taps = new TapKernel(line, shape.antennas(), sampling);
                        yield (index, journey) -> taps.channels(journey.track(), random(index));
                    }
                };
    }

    /// Makes the channels of a track.
    private interface Source {
        float[] track(int index, Journey journey);
    }

    private final class CellSource implements Source {
        final CellLinks links;

        CellSource(CellLinks links) {
            this.links = links;
        }

        @Override
        public float[] track(int index, Journey journey) {
            Place user = journey.track().start();
            Link link = links.link(index, user);
            double gain = Decibels.amplitude(links.gainDecibels(link));
            return channels(journey, links.rays(index, link, user), gain);
        }
    }

    @Override
    public CsiShape shape() {
        return shape;
    }

    @Override
    public int tracks() {
        return spec.tracks();
    }

    @Override
    public float[] track(int index) {
        BadInputException.check(
                index >= 0 && index < spec.tracks(),
                "track " + index + " of " + spec.tracks(),
                "count them from 0.");
        return source.track(index, Journey.of(spec, index));
    }

    @Override
    public synchronized Map<String, double[]> labels() {
        if (labels == null) {
            labels = computeLabels();
        }
        return labels;
    }

    private float[] channels(Journey journey, Rays rays, double gain) {
        return new ChannelKernel(
                        rays, stationPlace, station, journey.antenna(), journey.track(), sampling)
                .channels(spec.movement().motion(), gain);
    }

    private RandomGenerator random(int index) {
        return Seeds.stream(spec.seed(), "rays", index);
    }

    private Map<String, double[]> computeLabels() {
        int tracks = spec.tracks();
        Map<String, double[]> named = new LinkedHashMap<>();
        double[] speed = new double[tracks];
        named.put("speed_kmh", speed);
        double[] distance = new double[tracks];
        double[] gain = new double[tracks];
        double[] spread = new double[tracks];
        double[] sight = new double[tracks];
        if (source instanceof CellSource) {
            named.put("distance_m", distance);
            named.put("path_gain_db", gain);
            named.put("delay_spread_s", spread);
            named.put("line_of_sight", sight);
        }
        for (int i = 0; i < tracks; i++) {
            Journey journey = Journey.of(spec, i);
            speed[i] = journey.speedKmh();
            if (source instanceof CellSource cell) {
                Place user = journey.track().start();
                Link link = cell.links.link(i, user);
                distance[i] = user.groundMetres(stationPlace);
                gain[i] = cell.links.gainDecibels(link);
                spread[i] = link.large().delaySpreadSeconds();
                sight[i] = link.state() == LinkState.LINE_OF_SIGHT ? 1 : 0;
            }
        }
        return named;
    }
}
