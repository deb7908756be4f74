package dev.lamina.edge;

import dev.lamina.base.BadInputException;
import java.util.List;

/// Checks of numbers and names that come from profile files, and of what plug-ins give.
final class Checks {
    /// Ceilings far above any machine: what exceeds them is a slip of the unit.
    static final double MOST_FLOPS_PER_SECOND = 1e21;

    static final double MOST_BITS_PER_SECOND = 1e15;
    static final double MOST_WATTS = 1e6;
    static final double MOST_BYTES = 0x1p60;

    private static final String HINT = "give it a positive number, in the unit of its name";

    private Checks() {}

    static void positive(String what, double value) {
        BadInputException.check(value > 0 && Double.isFinite(value), what + " is " + value, HINT);
    }

    static void positive(String what, long value) {
        BadInputException.check(value > 0, what + " is " + value, HINT);
    }

    /// Above 0, and no more than a ceiling.
    static void positive(String what, double value, double most) {
        positive(what, value);
        atMost(what, value, most);
    }

    static void notNegative(String what, double value) {
        BadInputException.check(
                value >= 0 && Double.isFinite(value),
                what + " is " + value,
                "give it 0 or a positive number");
    }

    /// From 0 to a ceiling.
    static void notNegative(String what, double value, double most) {
        notNegative(what, value);
        atMost(what, value, most);
    }

    static void named(String what, String name) {
        BadInputException.check(!name.isBlank(), what + " has no name", "give it one");
    }

    /// What devices and servers have in common.
    static void machine(
            String what,
            String name,
            double peakFlopsPerSecond,
            double effectiveFlopsPerSecond,
            long memoryBytes,
            double idleWatts,
            double activeWatts) {
        named("a " + what, name);
        String whose = " of " + what + " " + name;
        positive("peakFlopsPerSecond" + whose, peakFlopsPerSecond, MOST_FLOPS_PER_SECOND);
        positive("effectiveFlopsPerSecond" + whose, effectiveFlopsPerSecond, MOST_FLOPS_PER_SECOND);
        BadInputException.check(
                effectiveFlopsPerSecond <= peakFlopsPerSecond,
                "effectiveFlopsPerSecond%s is %s, above its peakFlopsPerSecond %s"
                        .formatted(whose, effectiveFlopsPerSecond, peakFlopsPerSecond),
                "give the peak as well: training reaches a part of it");
        positive("memoryBytes" + whose, memoryBytes);
        atMost("memoryBytes" + whose, (double) memoryBytes, MOST_BYTES);
        notNegative("idleWatts" + whose, idleWatts, MOST_WATTS);
        notNegative("activeWatts" + whose, activeWatts, MOST_WATTS);
        BadInputException.check(
                idleWatts <= activeWatts,
                "idleWatts%s is %s, above its activeWatts %s"
                        .formatted(whose, idleWatts, activeWatts),
                "give both, the larger one as activeWatts");
    }

    /// An order's priorities of jobs, a number for each; 0 is never negative.
    static double[] priorities(ServerOrder order, List<Job> jobs) {
        double[] priorities = order.priorities(jobs);
        boolean usable = priorities.length == jobs.size();
        double[] checked = new double[priorities.length];
        for (int u = 0; u < priorities.length; u++) {
            usable &= !Double.isNaN(priorities[u]);
            checked[u] = priorities[u] + 0.0;
        }
        BadInputException.check(
                usable,
                "order '%s' gives %d priorities for %d jobs, or one that is no number"
                        .formatted(order.spec(), priorities.length, jobs.size()),
                "take --order longest-tail");
        return checked;
    }

    private static void atMost(String what, double value, double most) {
        BadInputException.check(
                value <= most,
                "%s is %s, more than any machine has (%s)".formatted(what, value, most),
                "it is in another unit than that of its name");
    }
}
