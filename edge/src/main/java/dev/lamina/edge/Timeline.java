package dev.lamina.edge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What a simulated round came to: when each task of a [Workload] ran, and what each device and the
/// server did meanwhile. All times are seconds from the round's beginning. Derived.
public final class Timeline {
    private final List<DeviceProfile> devices;
    private final TaskKind[] kinds;
    private final int[] owners;
    private final double[] start;
    private final double[] end;
    private final Usage usage;
    private final double makespan;

    /// A bar of a Gantt chart.
    ///
    /// @param kind which says the row too: a `SERVE` stands in the server's, all others in their
    ///   device's
    /// @param device whose task it is: in the server's row, who is served
    public record Bar(TaskKind kind, int device, double startSeconds, double endSeconds) {
        /// Whether it stands in the server's row.
        public boolean onServer() {
            return kind == TaskKind.SERVE;
        }
    }

    Timeline(
            List<DeviceProfile> devices,
            TaskKind[] kinds,
            int[] owners,
            double[] start,
            double[] end,
            Usage usage) {
        this.devices = List.copyOf(devices);
        this.kinds = kinds;
        this.owners = owners;
        this.start = start;
        this.end = end;
        this.usage = usage;
        makespan = Arrays.stream(end).max().orElse(0);
    }

    /// When the last task is done; 0 without tasks.
    public double makespanSeconds() {
        return makespan;
    }

    /// When a task began.
    public double startSeconds(int task) {
        return start[task];
    }

    /// When a task was done; on a server that works on many at once it had not the server alone.
    public double endSeconds(int task) {
        return end[task];
    }

    /// How many devices there are.
    public int devices() {
        return devices.size();
    }

    /// When the last task of a device was done, on the server too; 0 if it has none.
    public double finishSeconds(int device) {
        return usage.finish[device];
    }

    /// How long a device computed.
    public double computeSeconds(int device) {
        return usage.compute[device];
    }

    /// How long a device sent.
    public double uploadSeconds(int device) {
        return usage.upload[device];
    }

    /// How long a device received.
    public double downloadSeconds(int device) {
        return usage.download[device];
    }

    /// How long a device's tasks for the server were ready, its uploads done, before the server
    /// began with them.
    public double waitingSeconds(int device) {
        return usage.waiting[device];
    }

    /// The part of the makespan in which a device computed.
    public double utilisation(int device) {
        return makespan == 0 ? 0 : usage.compute[device] / makespan;
    }

    /// What a device spends: computing at its active watts, sending at its uplink's, and its idle
    /// watts in the rest of the makespan, when it does neither. Receiving counts as idle.
    public double energyJoules(int device) {
        DeviceProfile profile = devices.get(device);
        return usage.compute[device] * profile.activeWatts()
                + usage.upload[device] * profile.link().uplink().transmitWatts()
                + Math.max(0, makespan - usage.active[device]) * profile.idleWatts();
    }

    /// How long the server worked.
    public double serverBusySeconds() {
        return usage.serverBusy;
    }

    /// The part of the makespan in which the server worked.
    public double serverUtilisation() {
        return makespan == 0 ? 0 : usage.serverBusy / makespan;
    }

    /// What a server spends: its active watts while it works, else its idle watts.
    public double serverEnergyJoules(ServerProfile server) {
        return usage.serverBusy * server.activeWatts()
                + Math.max(0, makespan - usage.serverBusy) * server.idleWatts();
    }

    /// All tasks but the barriers as bars of a Gantt chart, in the order in which they were added.
    public List<Bar> bars() {
        List<Bar> bars = new ArrayList<>();
        for (int task = 0; task < kinds.length; task++) {
            if (kinds[task] != TaskKind.BARRIER) {
                bars.add(new Bar(kinds[task], owners[task], start[task], end[task]));
            }
        }
        return bars;
    }
}
