package dev.lamina.edge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The search of [CutPlan] (derived). It starts from every uniform cut, and from thresholds T: each
/// device takes the cut with the least time on the server among those with S (r + p + q) <= T. The
/// best of these it improves: it tries every other cut of one device after another, those that are
/// done last first, and keeps what makes the round shorter; then every change of two devices at
/// once. It ends when nothing helps, or when it has simulated as many steps as its budget allows.
final class CutSearch {
    /// Thresholds at most.
    private static final int THRESHOLDS = 48;

    /// Starting points that are improved, at most.
    private static final int IMPROVED = 12;

    /// Steps of devices to simulate: for a handful of devices some tenths of a second.
    private static final long BUDGET = 6_000_000;

    private static final long BUDGET_FOR_EACH_DEVICE = 10_000;

    /// Nodes times devices of one search for the optimal order, and what of the budget each costs.
    private static final long OPTIMUM_WORK = 20_000;

    private static final long OPTIMUM_COST = 4;

    /// A change that gains less than this part is rounding.
    private static final double ROUNDING = 1e-12;

    private final List<List<@Nullable Job>> jobs;
    private final int steps;
    private final ServerOrder order;
    private final Chain chain;
    private long budget;

    /// The cuts at hand, with their jobs.
    private record Point(List<Integer> cuts, double seconds) {}

    CutSearch(List<List<@Nullable Job>> jobs, ServerOrder order, int steps) {
        this.jobs = jobs;
        this.order = order;
        this.steps = steps;
        chain = new Chain(order, steps);
        budget = BUDGET + BUDGET_FOR_EACH_DEVICE * (long) jobs.size();
    }

    /// @param bound where it can end at once
    CutPlan plan(double bound) {
        List<Point> points = new ArrayList<>();
        for (List<Integer> cuts : starts()) {
            if (points.isEmpty() || budget > 0) {
                points.add(new Point(cuts, seconds(jobs(cuts))));
            }
        }
        points.sort(Comparator.comparingDouble(Point::seconds));
        Point best = points.getFirst();
        for (Point point : points.subList(0, Math.min(IMPROVED, points.size()))) {
            if (budget > 0 && best.seconds > bound * (1 + ROUNDING)) {
                Point improved = improve(point);
                best = improved.seconds < best.seconds ? improved : best;
            }
        }
        double seconds = chain.makespanSeconds(jobs(best.cuts));
        return new CutPlan(best.cuts, seconds, Math.min(bound, seconds));
    }

    private Set<List<Integer>> starts() {
        Set<List<Integer>> starts = new LinkedHashSet<>();
        int mostCuts = jobs.stream().mapToInt(List::size).max().orElseThrow();
        for (int cut = 0; cut < mostCuts; cut++) {
            List<Integer> cuts = new ArrayList<>();
            for (int u = 0; u < jobs.size(); u++) {
                cuts.add(nearest(u, cut));
            }
            starts.add(List.copyOf(cuts));
        }
        double least = 0; // below it a device has no cut
        var thresholds = new TreeSet<Double>();
        for (List<@Nullable Job> device : jobs) {
            double fastest = Double.POSITIVE_INFINITY;
            for (@Nullable Job job : device) {
                if (job != null) {
                    fastest = Math.min(fastest, job.totalSeconds());
                    thresholds.add(job.totalSeconds());
                }
            }
            least = Math.max(least, fastest);
        }
        List<Double> usable = List.copyOf(thresholds.tailSet(least, true));
        int count = Math.min(THRESHOLDS, usable.size());
        for (int i = 0; i < count; i++) {
            int position = (int) ((long) i * (usable.size() - 1) / Math.max(1, count - 1));
            starts.add(within(usable.get(position)));
        }
        return starts;
    }

    /// The largest cut up to `cut` that fits, or else the smallest that does.
    private int nearest(int device, int cut) {
        int found = -1;
        for (int c = 0; c < jobs.get(device).size(); c++) {
            if (jobs.get(device).get(c) != null && (c <= cut || found < 0)) {
                found = c;
            }
        }
        return found;
    }

    /// Of each device the cut with the least time on the server, of those that take no longer in
    /// all; of equal ones the fastest, and of those the lowest.
    private List<Integer> within(double totalSeconds) {
        List<Integer> cuts = new ArrayList<>();
        for (List<@Nullable Job> device : jobs) {
            int best = -1;
            @Nullable Job chosen = null;
            for (int cut = 0; cut < device.size(); cut++) {
                @Nullable Job job = device.get(cut);
                if (job == null || job.totalSeconds() > totalSeconds) {
                    continue;
                }
                if (chosen == null
                        || job.serverSeconds() < chosen.serverSeconds()
                        || (job.serverSeconds() == chosen.serverSeconds()
                                && job.totalSeconds() < chosen.totalSeconds())) {
                    best = cut;
                    chosen = job;
                }
            }
            cuts.add(best);
        }
        return List.copyOf(cuts);
    }

    private Point improve(Point start) {
        Point point = start;
        while (true) {
            Point single = improveOne(point);
            Point pair = budget > 0 ? improveTwo(single) : single;
            if (pair.seconds >= single.seconds) {
                return single;
            }
            point = pair;
        }
    }

    /// Until no other cut of one device is better.
    private Point improveOne(Point start) {
        List<Integer> cuts = new ArrayList<>(start.cuts);
        List<Job> chosen = jobs(cuts);
        double best = start.seconds;
        boolean better = true;
        while (better && budget > 0) {
            better = false;
            for (int u : longestFirst(chosen)) {
                double before = best;
                best = improve(u, cuts, chosen, best);
                better |= best < before;
            }
        }
        return new Point(List.copyOf(cuts), best);
    }

    /// Gives the device the best of its cuts, the others' being as they are.
    private double improve(int u, List<Integer> cuts, List<Job> chosen, double start) {
        double best = start;
        int bestCut = cuts.get(u);
        Job bestJob = chosen.get(u);
        for (int cut = 0; cut < jobs.get(u).size() && budget > 0; cut++) {
            @Nullable Job job = jobs.get(u).get(cut);
            if (job != null && cut != cuts.get(u)) {
                chosen.set(u, job);
                double seconds = seconds(chosen);
                if (seconds < best * (1 - ROUNDING)) {
                    best = seconds;
                    bestCut = cut;
                    bestJob = job;
                }
            }
        }
        cuts.set(u, bestCut);
        chosen.set(u, bestJob);
        return best;
    }

    /// The first change of two devices that is better; the point itself if there is none.
    private Point improveTwo(Point point) {
        List<Integer> cuts = new ArrayList<>(point.cuts);
        List<Job> chosen = jobs(cuts);
        int[] devices = longestFirst(chosen);
        for (int i = 0; i < devices.length; i++) {
            int u = devices[i];
            for (int cut = 0; cut < jobs.get(u).size(); cut++) {
                @Nullable Job job = jobs.get(u).get(cut);
                if (job == null || cut == point.cuts.get(u)) {
                    continue;
                }
                chosen.set(u, job);
                cuts.set(u, cut);
                for (int j = i + 1; j < devices.length && budget > 0; j++) {
                    double seconds = improve(devices[j], cuts, chosen, point.seconds);
                    if (seconds < point.seconds) {
                        return new Point(List.copyOf(cuts), seconds);
                    }
                }
            }
            cuts.set(u, point.cuts.get(u));
            chosen.set(u, chosen(u, point.cuts.get(u)));
        }
        return point;
    }

    private static int[] longestFirst(List<Job> chosen) {
        var heap = new IndexHeap();
        for (int u = 0; u < chosen.size(); u++) {
            heap.add(u, -chosen.get(u).totalSeconds());
        }
        int[] devices = new int[chosen.size()];
        Arrays.setAll(devices, i -> heap.poll());
        return devices;
    }

    private double seconds(List<Job> chosen) {
        budget -= (long) steps * chosen.size();
        if (!(order instanceof ServerOrder.Optimal)) {
            return chain.makespanSeconds(chosen);
        }
        // To prove an order the best can take very long; to compare cuts a good one will do.
        Optimum.Found found = Optimum.search(chosen, 1 + OPTIMUM_WORK / chosen.size());
        budget -= OPTIMUM_COST * found.nodes() * chosen.size();
        return chain.makespanSeconds(chosen, found.sequence());
    }

    private List<Job> jobs(List<Integer> cuts) {
        List<Job> chosen = new ArrayList<>();
        for (int u = 0; u < cuts.size(); u++) {
            chosen.add(chosen(u, cuts.get(u)));
        }
        return chosen;
    }

    private Job chosen(int device, int cut) {
        @Nullable Job job = jobs.get(device).get(cut);
        if (job == null) {
            throw new IllegalStateException("cut " + cut + " of device " + device);
        }
        return job;
    }
}
