package dev.lamina.edge;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.List;
import java.util.random.RandomGenerator;

/// Which device's activations the server takes next. A simulation and a live server ask the same
/// rule: of the jobs at hand, the one with the lowest [#priorities], and of equal ones the lowest
/// index. Only an order that [#waits] leaves the server idle while a job is there.
public sealed interface ServerOrder {
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

    /// Reads the name of an order.
    ///
    /// @param seed of a random order
    /// @throws BadInputException if there is no such order
    static ServerOrder parse(String spec, long seed) {
        return switch (spec) {
            case "fifo" -> new Fifo();
            case "longest-tail" -> new LongestTail();
            case "strict-longest-tail" -> new StrictLongestTail();
            case "shortest-first" -> new ShortestFirst();
            case "random" -> new Random(seed);
            default ->
                    throw new BadInputException(
                            "unknown order '" + spec + "'",
                            "use fifo, longest-tail, strict-longest-tail, shortest-first or random");
        };
    }

    private static double[] longestTail(List<Job> jobs) {
        return jobs.stream().mapToDouble(job -> -job.tailSeconds()).toArray();
    }
}
