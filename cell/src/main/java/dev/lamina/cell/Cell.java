package dev.lamina.cell;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.radio.LinkRates;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// A station with devices around it, and their channels in every round. The channel of a round is a
/// pure function of seed, round and device, so rounds may be asked in any order.
public final class Cell {
    /// Below this a device has no channel in a round: -10 dB with all its power in one resource
    /// block of 180 kHz, which is about what a receiver can still find. Derived.
    static final double LEAST_SNR_HERTZ = 0.1 * 180e3;

    private final CellSpec spec;
    private final List<CellDevice> devices;
    private final Gains gains;

    private Cell(CellSpec spec, List<CellDevice> devices, Gains gains) {
        BadInputException.check(!devices.isEmpty(), "the cell has 0 devices", "place one or more");
        this.spec = spec;
        this.devices = List.copyOf(devices);
        this.gains = gains;
    }

    /// Devices placed uniformly over the disc, uniform in area.
    ///
    /// @param seed of places, shadowing and fading
    public static Cell place(CellSpec spec, int devices, long seed) {
        Checks.positive("devices", devices);
        double inner = spec.leastDistanceMetres() * spec.leastDistanceMetres();
        double outer = spec.radiusMetres() * spec.radiusMetres();
        List<Position> positions = new ArrayList<>(devices);
        for (int k = 0; k < devices; k++) {
            RandomGenerator random = Seeds.stream(seed, "placement", k);
            double metres = Math.sqrt(inner + (outer - inner) * random.nextDouble());
            double angle = 2 * Math.PI * random.nextDouble();
            positions.add(
                    new Position(
                            "device-" + k, metres * Math.cos(angle), metres * Math.sin(angle)));
        }
        return at(spec, positions, seed);
    }

    /// Devices in given places. Those nearer than the least distance get the loss of that distance.
    ///
    /// @param seed of shadowing and fading
    /// @throws BadInputException if a device stands outside the radius
    public static Cell at(CellSpec spec, List<Position> positions, long seed) {
        List<CellDevice> devices = new ArrayList<>(positions.size());
        for (int k = 0; k < positions.size(); k++) {
            Position place = positions.get(k);
            BadInputException.check(
                    place.distanceMetres() <= spec.radiusMetres() * (1 + 1e-9),
                    "device %s stands %s m from the station, outside radiusMetres %s"
                            .formatted(place.name(), place.distanceMetres(), spec.radiusMetres()),
                    "give a larger radius, or leave the device out");
            devices.add(
                    new CellDevice(
                            place.name(),
                            place.xMetres(),
                            place.yMetres(),
                            meanGainDecibels(spec, place, Seeds.stream(seed, "large-scale", k))));
        }
        double[] means =
                devices.stream()
                        .mapToDouble(device -> Math.pow(10, device.meanGainDecibels() / 10))
                        .toArray();
        return new Cell(
                spec,
                devices,
                (round, device) ->
                        means[device]
                                * spec.fading().draw(Seeds.stream(seed, "fading", round, device)));
    }

    private static double meanGainDecibels(CellSpec spec, Position place, RandomGenerator random) {
        double metres = Math.max(place.distanceMetres(), spec.leastDistanceMetres());
        PathLoss loss = spec.pathLoss();
        boolean seen = random.nextDouble() < loss.lineOfSightProbability(metres);
        Double given = spec.shadowingDecibels();
        double deviation = given != null ? given : loss.shadowingDecibels(seen);
        return deviation * random.nextGaussian() - loss.decibels(metres, spec.carrierHertz(), seen);
    }

    /// The same cell with channels from elsewhere.
    public Cell withGains(Gains trace) {
        return new Cell(spec, devices, trace);
    }

    public CellSpec spec() {
        return spec;
    }

    public List<CellDevice> devices() {
        return devices;
    }

    /// Linear power gain in a round; 0 if there is no usable channel.
    ///
    /// @throws BadInputException if a trace gives no number, or a negative one
    public double gain(int round, int device) {
        double gain = gains.at(round, device);
        BadInputException.check(
                gain >= 0 && Double.isFinite(gain),
                "the gain of device %s in round %d is %s"
                        .formatted(devices.get(device).name(), round, gain),
                "mend the trace: 0 stands for no channel");
        return gain;
    }

    /// One device's part in a round's problem.
    public Candidate candidate(int round, int device, DeviceLoad load) {
        double gain = gain(round, device);
        double noise = spec.effectiveNoise();
        double uplinkSnr = spec.deviceTransmitWatts() * gain / noise;
        double downlinkSnr =
                spec.stationTransmitWatts() * gain / (noise * spec.downlinkBandwidthHertz());
        return new Candidate(
                device,
                load.samples(),
                load.fixedSeconds(),
                spec.sentBits(load.uplinkBits()),
                spec.sentBits(load.downlinkBits()),
                uplinkSnr < LEAST_SNR_HERTZ ? 0 : uplinkSnr,
                LinkRates.shannon(downlinkSnr),
                load.computeJoules(),
                spec.deviceTransmitWatts());
    }

    /// All devices' parts in a round's problem.
    ///
    /// @param loads one for each device
    public List<Candidate> candidates(int round, List<DeviceLoad> loads) {
        Checks.sameSize("loads", loads.size(), devices.size());
        List<Candidate> candidates = new ArrayList<>(loads.size());
        for (int k = 0; k < loads.size(); k++) {
            candidates.add(candidate(round, k, loads.get(k)));
        }
        return candidates;
    }
}
