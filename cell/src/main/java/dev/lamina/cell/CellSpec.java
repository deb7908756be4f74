package dev.lamina.cell;

import dev.lamina.base.BadInputException;
import org.jspecify.annotations.Nullable;

/// A cell's geometry and radio. The model is derived where paper [A], II-A, names only joint device
/// scheduling and bandwidth allocation.
///
/// @param radiusMetres of the disc that devices stand on
/// @param leastDistanceMetres between station and device, on the ground
/// @param shadowingDecibels standard deviation of the shadowing; null for the path loss model's own
/// @param uplinkBandwidthHertz B_up, which the scheduled devices share
/// @param downlinkBandwidthHertz B_dn, likewise
/// @param deviceTransmitWatts P, which a device puts into its share of the band
/// @param stationTransmitWatts P_bs, spread evenly over the band
/// @param noiseFigureDecibels of the receivers, above thermal noise at 290 K
/// @param snrGapDecibels how far the coding stays behind Shannon's capacity
/// @param packetBits transfers take whole packets of this size; 0 for any number of bits
/// @param packetErrorRate p; each packet is sent 1/(1-p) times on average, so rates fall to (1-p)
///   of theirs (derived)
public record CellSpec(
        double radiusMetres,
        double leastDistanceMetres,
        double carrierHertz,
        PathLoss pathLoss,
        @Nullable Double shadowingDecibels,
        Fading fading,
        double uplinkBandwidthHertz,
        double downlinkBandwidthHertz,
        double deviceTransmitWatts,
        double stationTransmitWatts,
        double noiseFigureDecibels,
        double snrGapDecibels,
        double packetBits,
        double packetErrorRate) {
    /// Boltzmann's constant times 290 K.
    static final double THERMAL_NOISE_WATTS_PER_HERTZ = 1.380649e-23 * 290;

    /// An urban micro cell of 250 m at 3.5 GHz with 20 MHz each way and hand-held devices.
    public static final CellSpec DEFAULT =
            new CellSpec(
                    250,
                    10,
                    3.5e9,
                    new PathLoss.UrbanMicro(),
                    null,
                    new Fading.Rayleigh(),
                    20e6,
                    20e6,
                    0.2,
                    10,
                    7,
                    3,
                    0,
                    0);

    public CellSpec {
        Checks.positive("radiusMetres", radiusMetres);
        Checks.positive("leastDistanceMetres", leastDistanceMetres);
        BadInputException.check(
                leastDistanceMetres < radiusMetres,
                "leastDistanceMetres %s is no less than radiusMetres %s"
                        .formatted(leastDistanceMetres, radiusMetres),
                "give a larger radius");
        BadInputException.check(
                leastDistanceMetres >= pathLoss.leastMetres()
                        && radiusMetres <= pathLoss.mostMetres(),
                "%s does not hold from %s m to %s m"
                        .formatted(pathLoss, leastDistanceMetres, radiusMetres),
                "keep distances between %s m and %s m"
                        .formatted(pathLoss.leastMetres(), pathLoss.mostMetres()));
        Checks.between("carrierHertz", carrierHertz, 0.5e9, 100e9);
        if (shadowingDecibels != null) {
            Checks.between("shadowingDecibels", shadowingDecibels, 0, 100);
        }
        Checks.positive("uplinkBandwidthHertz", uplinkBandwidthHertz);
        Checks.positive("downlinkBandwidthHertz", downlinkBandwidthHertz);
        Checks.positive("deviceTransmitWatts", deviceTransmitWatts);
        Checks.positive("stationTransmitWatts", stationTransmitWatts);
        Checks.between("noiseFigureDecibels", noiseFigureDecibels, 0, 100);
        Checks.between("snrGapDecibels", snrGapDecibels, 0, 100);
        Checks.notNegative("packetBits", packetBits);
        Checks.between("packetErrorRate", packetErrorRate, 0, 0.99);
    }

    /// The same cell of another size.
    public CellSpec withRadius(double other) {
        return new CellSpec(
                other,
                leastDistanceMetres,
                carrierHertz,
                pathLoss,
                shadowingDecibels,
                fading,
                uplinkBandwidthHertz,
                downlinkBandwidthHertz,
                deviceTransmitWatts,
                stationTransmitWatts,
                noiseFigureDecibels,
                snrGapDecibels,
                packetBits,
                packetErrorRate);
    }

    /// The same cell with another bandwidth each way.
    public CellSpec withBandwidth(double hertz) {
        return new CellSpec(
                radiusMetres,
                leastDistanceMetres,
                carrierHertz,
                pathLoss,
                shadowingDecibels,
                fading,
                hertz,
                hertz,
                deviceTransmitWatts,
                stationTransmitWatts,
                noiseFigureDecibels,
                snrGapDecibels,
                packetBits,
                packetErrorRate);
    }

    /// N0, with the noise figure.
    public double noiseWattsPerHertz() {
        return THERMAL_NOISE_WATTS_PER_HERTZ * Math.pow(10, noiseFigureDecibels / 10);
    }

    /// The band that the devices of this cell share.
    public Band band() {
        return new Band(uplinkBandwidthHertz, downlinkBandwidthHertz, 1 - packetErrorRate);
    }

    /// Gap times N0, in W/Hz: what a signal must stand out from.
    double effectiveNoise() {
        return noiseWattsPerHertz() * Math.pow(10, snrGapDecibels / 10);
    }

    /// What is really sent of so many bits: whole packets.
    double sentBits(double bits) {
        return packetBits > 0 ? Math.ceil(bits / packetBits) * packetBits : bits;
    }
}
