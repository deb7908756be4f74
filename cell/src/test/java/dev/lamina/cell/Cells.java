package dev.lamina.cell;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cells and loads for tests.
final class Cells {
    private Cells() {}

    static CellSpec spec(double uplinkBandwidthHertz, Fading fading, @Nullable Double shadowing) {
        CellSpec base = CellSpec.DEFAULT;
        return new CellSpec(
                base.radiusMetres(),
                base.leastDistanceMetres(),
                base.carrierHertz(),
                base.pathLoss(),
                shadowing,
                fading,
                uplinkBandwidthHertz,
                base.downlinkBandwidthHertz(),
                base.deviceTransmitWatts(),
                base.stationTransmitWatts(),
                base.noiseFigureDecibels(),
                base.snrGapDecibels(),
                0,
                0);
    }

    /// Loads of 4 Mbit each way.
    static List<DeviceLoad> loads(int devices, boolean equal) {
        List<DeviceLoad> loads = new ArrayList<>();
        for (int k = 0; k < devices; k++) {
            loads.add(
                    new DeviceLoad(
                            equal ? 16 : 8 + 4 * (k % 5), 0.2 + 0.05 * (k % 4), 4e6, 4e6, 1));
        }
        return loads;
    }
}
