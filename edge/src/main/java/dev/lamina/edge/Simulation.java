package dev.lamina.edge;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.Arrays;
import java.util.List;

/// One run of a [Workload]: the clock goes from event to event. At an instant first everything that
/// ends then is ended, and what this makes ready is queued; then each free resource takes the first
/// of its queue.
final class Simulation {
    private final Workload workload;
    private final List<DeviceProfile> devices;
    private final long seed;
    private final Usage usage;

    private final int[] waitsFor;
    private final int[] followerStarts;
    private final int[] followers;
    private final double[] ready;
    private final double[] start;
    private final double[] end;
    private double now;
    private int done;

    /// Three resources for each device, then the server.
    private final TaskQueues queues;

    private final int server;
    private final boolean[] taken;

    /// Resources that may have something to begin.
    private final int[] free;

    private final boolean[] listed;
    private int freeCount;

    /// Tasks that end at a known time, and tasks that share the server.
    private final IndexHeap ends = new IndexHeap();

    private final boolean sideBySide;
    private final ProcessorSharing sharing;

    /// Empty where the actual time of coming is the priority, or no order is needed.
    private final double[] priorities;

    /// Empty unless the order waits.
    private final int[] sequence;

    private int served;
    private final String order;

    Simulation(Workload workload, List<DeviceProfile> devices, Service service, long seed) {
        this.workload = workload;
        this.devices = devices;
        this.seed = seed;
        int tasks = workload.tasks();
        usage = new Usage(devices.size());
        ready = new double[tasks];
        start = new double[tasks];
        end = new double[tasks];
        server = 3 * devices.size();
        queues = new TaskQueues(server + 1, tasks);
        taken = new boolean[server + 1];
        free = new int[server + 1];
        listed = new boolean[server + 1];

        waitsFor = new int[tasks];
        followerStarts = new int[tasks + 1];
        followers = new int[workload.dependencies()];
        for (int i = 0; i < followers.length; i++) {
            followerStarts[workload.after(i) + 1]++;
        }
        for (int task = 0; task < tasks; task++) {
            followerStarts[task + 1] += followerStarts[task];
        }
        int[] next = Arrays.copyOf(followerStarts, tasks);
        for (int task = 0; task < tasks; task++) {
            for (int i = workload.afterStart(task); i < workload.afterEnd(task); i++) {
                followers[next[workload.after(i)]++] = task;
                waitsFor[task]++;
            }
        }

        switch (service) {
            case Service.SideBySide(double penalty) -> {
                sideBySide = true;
                sharing = new ProcessorSharing(penalty);
                priorities = new double[0];
                sequence = new int[0];
                order = "";
            }
            case Service.InTurn(ServerOrder given) -> {
                sideBySide = false;
                sharing = new ProcessorSharing(0);
                order = given.spec();
                Waves waves = new Waves(workload, devices.size());
                priorities =
                        given instanceof ServerOrder.Fifo ? new double[0] : waves.priorities(given);
                sequence = given.waits() ? waves.sequence(priorities) : new int[0];
            }
        }
    }

    Timeline run() {
        Arrays.fill(ready, Double.NaN);
        for (int task = 0; task < workload.tasks(); task++) {
            if (waitsFor[task] == 0) {
                arrive(task);
            }
        }
        while (now < Double.POSITIVE_INFINITY) {
            while (sharing.nextEndSeconds() <= now) {
                finish(sharing.poll());
            }
            while (ends.firstKey() <= now) {
                finish(ends.poll());
            }
            startFree();
            now = Math.min(ends.firstKey(), sharing.nextEndSeconds());
        }
        if (done < workload.tasks()) {
            throw new BadInputException(
                    "order '%s' waits for a device that waits for one behind it".formatted(order),
                    "take --order longest-tail, which does not wait");
        }
        return new Timeline(devices, workload.kinds(), workload.devices(), start, end, usage);
    }

    /// All that the task waited for is done.
    private void arrive(int task) {
        ready[task] = now;
        TaskKind kind = workload.kind(task);
        if (kind == TaskKind.BARRIER) {
            start[task] = now;
            ends.add(task, now);
        } else if (kind == TaskKind.SERVE && sideBySide) {
            begin(task);
            sharing.add(task, workload.amount(task), now);
        } else {
            int resource = resource(task);
            boolean byPriority = resource == server && priorities.length > 0;
            queues.add(resource, task, byPriority ? priorities[task] : now);
            free(resource);
        }
    }

    private void finish(int task) {
        end[task] = now;
        done++;
        TaskKind kind = workload.kind(task);
        if (kind != TaskKind.BARRIER) {
            usage.end(kind, workload.device(task), start[task], now);
            if (!(kind == TaskKind.SERVE && sideBySide)) {
                int resource = resource(task);
                taken[resource] = false;
                free(resource);
            }
        }
        for (int i = followerStarts[task]; i < followerStarts[task + 1]; i++) {
            if (--waitsFor[followers[i]] == 0) {
                arrive(followers[i]);
            }
        }
    }

    /// Notes that the resource may have something to begin.
    private void free(int resource) {
        if (!taken[resource] && !listed[resource]) {
            listed[resource] = true;
            free[freeCount++] = resource;
        }
    }

    private void startFree() {
        for (int i = 0; i < freeCount; i++) {
            int resource = free[i];
            listed[resource] = false;
            int task = resource == server && sequence.length > 0 ? inSequence() : first(resource);
            if (task >= 0) {
                taken[resource] = true;
                begin(task);
                ends.add(task, now + seconds(task));
            }
        }
        freeCount = 0;
    }

    private int first(int resource) {
        return queues.first(resource) < 0 ? -1 : queues.poll(resource);
    }

    private int inSequence() {
        boolean there = served < sequence.length && !Double.isNaN(ready[sequence[served]]);
        return there ? sequence[served++] : -1;
    }

    private void begin(int task) {
        start[task] = now;
        usage.begin(workload.kind(task), workload.device(task), ready[task], now);
    }

    private int resource(int task) {
        int device = 3 * workload.device(task);
        return switch (workload.kind(task)) {
            case COMPUTE -> device;
            case UPLOAD -> device + 1;
            case DOWNLOAD -> device + 2;
            case SERVE -> server;
            case BARRIER -> throw new IllegalStateException("a barrier takes no resource");
        };
    }

    private double seconds(int task) {
        return switch (workload.kind(task)) {
            case COMPUTE, SERVE, BARRIER -> workload.amount(task);
            case UPLOAD -> transfer(link(task).uplink(), "uplink", task);
            case DOWNLOAD -> transfer(link(task).downlink(), "downlink", task);
        };
    }

    private LinkProfile link(int task) {
        return devices.get(workload.device(task)).link();
    }

    /// The gain is exponential of mean 1 by inversion.
    private double transfer(Channel channel, String direction, int task) {
        double gain = 1;
        if (channel.fades()) {
            double uniform =
                    Seeds.stream(seed, "fading", workload.device(task), direction, task)
                            .nextDouble();
            gain = -Math.log1p(-uniform);
        }
        return channel.seconds(workload.amount(task), gain);
    }
}
