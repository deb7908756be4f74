package dev.lamina.edge;

import dev.lamina.base.BadInputException;
import dev.lamina.base.PlugIns;
import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Which device's activations the server takes next. A simulation and a live server ask the same
/// rule: of the jobs at hand, the one with the lowest [#priorities], and of equal ones the lowest
/// index. Only an order that [#waits] leaves the server idle while a job is there.
///
/// [ServerOrderProvider] adds orders to those of this file.
public interface ServerOrder {
    /// As the command line writes it, for instance `longest-tail`.
    String spec();

    /// For each job a number: the lowest is served first.
    double[] priorities(List<Job> jobs);

    /// Whether the sequence is fixed beforehand, so that the server waits for a job that has not
    /// arrived.
    default boolean waits() {
        return false;
    }

    /// First come, first served.
    record Fifo() implements ServerOrder {
        @Override
        public String spec() {
            return "fifo";
        }

        @Override
        public double[] priorities(List<Job> jobs) {
            return jobs.stream().mapToDouble(Job::headSeconds).toArray();
        }
    }

    /// The longest tail among those that have arrived (Schrage's rule): paper [B]'s "longest
    /// backward pass first" in the form that gains something, and the default.
    record LongestTail() implements ServerOrder {
        @Override
        public String spec() {
            return "longest-tail";
        }

        @Override
        public double[] priorities(List<Job> jobs) {
            return longestTail(jobs);
        }
    }

    /// The longest tail first, arrived or not. A device that is slow backward is slow forward too,
    /// so the server waits for it; with the nominal profiles this takes exactly as long as `fifo`.
    record StrictLongestTail() implements ServerOrder {
        @Override
        public String spec() {
            return "strict-longest-tail";
        }

        @Override
        public double[] priorities(List<Job> jobs) {
            return longestTail(jobs);
        }

        @Override
        public boolean waits() {
            return true;
        }
    }

    /// The shortest time on the server among those that have arrived.
    record ShortestFirst() implements ServerOrder {
        @Override
        public String spec() {
            return "shortest-first";
        }

        @Override
        public double[] priorities(List<Job> jobs) {
            return jobs.stream().mapToDouble(Job::serverSeconds).toArray();
        }
    }

    /// Any of those that have arrived.
    record Random(long seed) implements ServerOrder {
        @Override
        public String spec() {
            return "random";
        }

        @Override
        public double[] priorities(List<Job> jobs) {
            RandomGenerator random = Seeds.stream(seed, "server order");
            return random.doubles(jobs.size()).toArray();
        }
    }

    /// The sequence of the least makespan, found beforehand ([Optimum]): what the other orders are
    /// measured by. It is the optimum of one step, for which all jobs must be known.
    record Optimal() implements ServerOrder {
        @Override
        public String spec() {
            return "optimal";
        }

        @Override
        public double[] priorities(List<Job> jobs) {
            List<Integer> sequence = Optimum.of(jobs).sequence();
            double[] positions = new double[jobs.size()];
            for (int i = 0; i < positions.length; i++) {
                positions[sequence.get(i)] = i;
            }
            return positions;
        }

        @Override
        public boolean waits() {
            return true;
        }
    }

    /// Reads the name of an order: a built-in one, or one of a [ServerOrderProvider].
    ///
    /// @param seed of everything random in it
    /// @throws BadInputException if there is no such order
    static ServerOrder parse(String spec, long seed) {
        List<String> names = new ArrayList<>();
        for (ServerOrder order : builtIn(seed)) {
            if (order.spec().equals(spec)) {
                return order;
            }
            names.add(order.spec());
        }
        return provided(
                PlugIns.find(
                        ServerOrderProvider.class,
                        ServerOrderProvider::name,
                        "order",
                        spec,
                        spec,
                        names),
                seed);
    }

    private static ServerOrder provided(ServerOrderProvider provider, long seed) {
        ServerOrder order = provider.create(seed);
        BadInputException.check(
                order.spec().equals(provider.name()),
                "order '" + provider.name() + "' calls itself '" + order.spec() + "'",
                "its provider is faulty: both names must be the same");
        return order;
    }

    private static List<ServerOrder> builtIn(long seed) {
        return List.of(
                new Fifo(),
                new LongestTail(),
                new StrictLongestTail(),
                new ShortestFirst(),
                new Random(seed),
                new Optimal());
    }

    private static double[] longestTail(List<Job> jobs) {
        return jobs.stream().mapToDouble(job -> -job.tailSeconds()).toArray();
    }
}
