package dev.lamina.cell;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Minimises V w / N + Q τ + Σ a Z E over the round's deadline τ, and for each deadline over sets
/// of devices ([Knapsack], [PricedChoice]); every scheduled device gets the least share that meets
/// it.
///
/// N(τ) is a step function and the objective has many local minima. So intervals of τ are branched
/// on, the one with the lowest [Point#lowerBound] first, until that bound certifies the best set
/// found. At last the set's own least deadline is found, with which the band is full.
///
/// Small cells are searched to a relative 1e-9, if not more deadlines are needed than there are
/// evaluations: after each deadline the search goes on just below the set's own least one, where
/// another set is the best. Large cells stop at a relative 1e-3.
final class DeadlineSearch {
    /// Cells up to this size are solved exactly.
    static final int SMALL = 24;

    private static final double SMALL_TOLERANCE = 1e-9;
    private static final double LARGE_TOLERANCE = 1e-3;
    private static final int SMALL_EVALUATIONS = 4_000;
    private static final int LARGE_EVALUATIONS = 40;
    private static final double GROWTH = 4;

    /// Of the search tree of one knapsack.
    static final int NODES = 200_000;

    private final Instance instance;
    private final boolean small;
    private final double tolerance;
    private final int mostEvaluations;
    private final Point.Effort effort;
    private final PriorityQueue<Interval> intervals =
            new PriorityQueue<>(Comparator.comparingDouble(Interval::lowerBound));

    private int evaluations;
    private double best = Double.POSITIVE_INFINITY;
    private int[] chosen = {};
    private double deadline;

    private record Interval(Point left, Point right, double lowerBound) {}

    DeadlineSearch(Instance instance) {
        this.instance = instance;
        small = instance.size <= SMALL;
        tolerance = small ? SMALL_TOLERANCE : LARGE_TOLERANCE;
        mostEvaluations = small ? SMALL_EVALUATIONS : LARGE_EVALUATIONS;
        effort = small ? new Point.Effort(NODES, 60) : new Point.Effort(500, 14);
    }

    Allocation solve() {
        if (instance.queue == 0 && !instance.priced) {
            return Shares.all(instance, instance.weight / instance.total);
        }
        grow();
        while (!intervals.isEmpty()
                && intervals.peek().lowerBound() < best * (1 - tolerance)
                && evaluations < mostEvaluations) {
            Interval widest = intervals.poll();
            double middle = middle(widest);
            if (!(middle > widest.left().deadline && middle < widest.right().deadline)) {
                intervals.add(new Interval(widest.left(), widest.right(), best));
                continue;
            }
            Point point = evaluate(middle, widest.left(), widest.right());
            connect(widest.left(), point);
            add(point, widest.right());
        }
        double bound = intervals.isEmpty() ? best : Math.min(best, intervals.peek().lowerBound());
        return Shares.least(instance, chosen, deadline, bound);
    }

    /// Deadlines looked at so far.
    int evaluations() {
        return evaluations;
    }

    /// Looks at ever longer deadlines until nothing can be gained by a longer one.
    private void grow() {
        double first = Double.POSITIVE_INFINITY;
        for (double seconds : instance.aloneSeconds) {
            first = Math.min(first, seconds);
        }
        Point left = evaluate(first, null, null);
        while (!left.all()) {
            double rest = instance.weight / instance.total;
            double last =
                    instance.queue > 0 ? (best - rest) / instance.queue : Double.POSITIVE_INFINITY;
            if (left.deadline >= last) {
                return;
            }
            double base = instance.leastFixedSeconds;
            double next = base + GROWTH * (left.deadline - base);
            Point right = evaluate(Math.min(next, last), left, null);
            connect(left, right);
            left = right;
        }
    }

    /// Adds the intervals between two points; in a small cell also looks just below the least
    /// deadline of the right one's set, where the next set must be another one.
    private void connect(Point left, Point right) {
        if (small && right.chosen.length > 0) {
            double least = Shares.leastDeadline(instance, right.chosen, right.deadline);
            double below = least * (1 - SMALL_TOLERANCE / 10);
            if (below > left.deadline && below < right.deadline) {
                Point point = evaluate(below, left, right);
                add(left, point);
                add(point, right);
                return;
            }
        }
        add(left, right);
    }

    private void add(Point left, Point right) {
        intervals.add(new Interval(left, right, right.lowerBound(left)));
    }

    private Point evaluate(double at, @Nullable Point left, @Nullable Point right) {
        evaluations++;
        Point point = new Point(instance, at, left, right, effort);
        double value = point.objective;
        double seconds = at;
        if (small && point.chosen.length > 0) {
            seconds = Shares.leastDeadline(instance, point.chosen, at);
            value = Shares.objective(instance, point.chosen, seconds);
        }
        if (value < best) {
            best = value;
            chosen = point.chosen;
            deadline = seconds;
        }
        return point;
    }

    /// Geometric where transfer times differ much, else arithmetic.
    private double middle(Interval interval) {
        double left = interval.left().deadline - instance.leastFixedSeconds;
        double right = interval.right().deadline - instance.leastFixedSeconds;
        return instance.leastFixedSeconds
                + (right > 3 * left ? Math.sqrt(left * right) : (left + right) / 2);
    }
}
