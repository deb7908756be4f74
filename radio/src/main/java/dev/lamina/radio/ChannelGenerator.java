package dev.lamina.radio;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.LinkedHashMap;
import java.util.Map;
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
    private final @Nullable CellLinks links;
    private final @Nullable ProfileRays profile;
    private @Nullable Map<String, double[]> labels;

    public ChannelGenerator(ChannelSpec spec) {
        this.spec = spec;
        shape = spec.shape();
        sampling =
                new Sampling(
                        spec.carrierHertz(), spec.grid().subcarriers(), spec.grid().spacingHertz());
        stationPlace = new Place(0, 0, spec.station().heightMetres());
        station = new OrientedPanel(spec.station().panel(), spec.station().orientation());
        links =
                spec.environment() instanceof Environment.Cell cell
                        ? new CellLinks(spec, cell)
                        : null;
        profile =
                spec.environment() instanceof Environment.ClusteredDelayLine line
                        ? new ProfileRays(line)
                        : null;
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
        Journey journey = Journey.of(spec, index);
        if (links != null) {
            Place user = journey.track().start();
            Link link = links.link(index, user);
            return channels(
                    journey,
                    links.rays(index, link, user),
                    Decibels.amplitude(links.gainDecibels(link)));
        }
        if (profile != null) {
            return channels(journey, profile.rays(Seeds.stream(spec.seed(), "rays", index)), 1);
        }
        Environment.TappedDelayLine taps = (Environment.TappedDelayLine) spec.environment();
        return TapKernel.channels(
                taps.profile(),
                taps.delaySpreadSeconds(),
                shape.antennas(),
                journey.track(),
                sampling,
                Seeds.stream(spec.seed(), "rays", index));
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

    private Map<String, double[]> computeLabels() {
        int tracks = spec.tracks();
        double[] speed = new double[tracks];
        double[] distance = new double[tracks];
        double[] gain = new double[tracks];
        double[] spread = new double[tracks];
        double[] sight = new double[tracks];
        for (int i = 0; i < tracks; i++) {
            Journey journey = Journey.of(spec, i);
            speed[i] = journey.speedKmh();
            if (links != null) {
                Place user = journey.track().start();
                Link link = links.link(i, user);
                distance[i] = user.groundMetres(stationPlace);
                gain[i] = links.gainDecibels(link);
                spread[i] = link.large().delaySpreadSeconds();
                sight[i] = link.state() == LinkState.LINE_OF_SIGHT ? 1 : 0;
            }
        }
        Map<String, double[]> named = new LinkedHashMap<>();
        named.put("speed_kmh", speed);
        if (links != null) {
            named.put("distance_m", distance);
            named.put("path_gain_db", gain);
            named.put("delay_spread_s", spread);
            named.put("line_of_sight", sight);
        }
        return named;
    }
}
