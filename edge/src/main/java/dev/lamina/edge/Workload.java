package dev.lamina.edge;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The tasks of a round, as a graph: each begins when those that it comes `after` are done and its
/// resource is free. A device, its uplink and its downlink each do one task at a time, first come
/// first served, and of tasks that come at the same instant the one added first; for the server see
/// [Service].
///
/// A task is a number, counted from 0 in the order of adding; it can only come after tasks that are
/// there already. The same workload can be run several times.
public final class Workload {
    private static final int NOBODY = -1;

    /// Seconds or bytes of a task.
    private static final double MOST = 1e18;

    private TaskKind[] kinds = new TaskKind[64];
    private int[] devices = new int[64];
    private double[] amounts = new double[64];
    private int[] afterEnds = new int[64];
    private int[] after = new int[64];
    private int tasks;
    private int dependencies;
    private int deviceCount;
    private final List<Job> estimates = new ArrayList<>();

    /// A task on the device.
    public int compute(int device, double seconds, int... after) {
        return add(TaskKind.COMPUTE, device, "seconds", seconds, after);
    }

    /// A transfer from the device to the server.
    public int upload(int device, double bytes, int... after) {
        return add(TaskKind.UPLOAD, device, "bytes", bytes, after);
    }

    /// A task on the server.
    ///
    /// @param device whom it is for
    /// @param estimate what the order sees of it
    /// @param seconds how long it takes, with it alone
    public int serve(int device, Job estimate, double seconds, int... after) {
        int task = add(TaskKind.SERVE, device, "seconds", seconds, after);
        estimates.add(estimate);
        return task;
    }

    /// A transfer from the server to the device.
    public int download(int device, double bytes, int... after) {
        return add(TaskKind.DOWNLOAD, device, "bytes", bytes, after);
    }

    /// The instant at which all of these are done.
    public int barrier(int... after) {
        return add(TaskKind.BARRIER, NOBODY, "seconds", 0, after);
    }

    /// How many tasks there are.
    public int tasks() {
        return tasks;
    }

    /// Simulates the round, in O(n log n) for n tasks and dependencies.
    ///
    /// @param devices their links; a task's device is an index into them
    /// @param seed of the fading: each transfer's gain follows from seed, device, direction and
    ///   task
    /// @throws BadInputException if a device is not there, or the order waits for a task that in
    ///   turn waits for one behind it
    public Timeline run(List<DeviceProfile> devices, Service service, long seed) {
        BadInputException.check(
                deviceCount <= devices.size(),
                "the workload has a device " + (deviceCount - 1) + " of " + devices.size(),
                "count devices from 0");
        return new Simulation(this, devices, service, seed).run();
    }

    TaskKind kind(int task) {
        return kinds[task];
    }

    int device(int task) {
        return devices[task];
    }

    /// Seconds or bytes.
    double amount(int task) {
        return amounts[task];
    }

    /// Of the tasks on the server, in their order.
    List<Job> estimates() {
        return estimates;
    }

    int dependencies() {
        return dependencies;
    }

    /// Where the dependencies of a task begin among all.
    int afterStart(int task) {
        return task == 0 ? 0 : afterEnds[task - 1];
    }

    int afterEnd(int task) {
        return afterEnds[task];
    }

    /// The task that this dependency waits for.
    int after(int dependency) {
        return after[dependency];
    }

    TaskKind[] kinds() {
        return Arrays.copyOf(kinds, tasks);
    }

    int[] devices() {
        return Arrays.copyOf(devices, tasks);
    }

    private int add(TaskKind kind, int device, String what, double amount, int[] before) {
        Checks.notNegative(what, amount, MOST);
        BadInputException.check(
                device >= 0 || kind == TaskKind.BARRIER,
                "device of task " + tasks + " is " + device,
                "count devices from 0");
        for (int other : before) {
            BadInputException.check(
                    other >= 0 && other < tasks,
                    "task " + tasks + " comes after task " + other,
                    "let it come after a task that is there already");
        }
        if (tasks == kinds.length) {
            kinds = Arrays.copyOf(kinds, 2 * tasks);
            devices = Arrays.copyOf(devices, 2 * tasks);
            amounts = Arrays.copyOf(amounts, 2 * tasks);
            afterEnds = Arrays.copyOf(afterEnds, 2 * tasks);
        }
        if (dependencies + before.length > after.length) {
            after = Arrays.copyOf(after, 2 * (dependencies + before.length));
        }
        kinds[tasks] = kind;
        devices[tasks] = device;
        amounts[tasks] = amount;
        System.arraycopy(before, 0, after, dependencies, before.length);
        dependencies += before.length;
        afterEnds[tasks] = dependencies;
        deviceCount = Math.max(deviceCount, device + 1);
        return tasks++;
    }
}
