package dev.lamina.cell;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The built-in policies.
final class Policies {
    static final List<String> NAMES =
            List.of(
                    "online",
                    "all-equal",
                    "all-optimal",
                    "random:K",
                    "round-robin:K",
                    "best-channel:K",
                    "greedy-deadline[:SECONDS]");

    private Policies() {}

    /// Null if there is none of this name.
    static @Nullable AllocationPolicy builtIn(
            String spec, String name, String argument, long seed) {
        boolean plain = argument.isEmpty() && spec.equals(name);
        return switch (name) {
            case "online" -> plain ? new Online() : null;
            case "all-equal" -> plain ? new AllEqual() : null;
            case "all-optimal" -> plain ? new AllOptimal() : null;
            case "random" -> new Random(count(spec, argument), seed);
            case "round-robin" -> new RoundRobin(count(spec, argument));
            case "best-channel" -> new BestChannel(count(spec, argument));
            case "greedy-deadline" -> new GreedyDeadline(plain ? 0 : seconds(spec, argument));
            default -> null;
        };
    }

    private static int count(String spec, String argument) {
        try {
            int count = Integer.parseInt(argument);
            if (count >= 1) {
                return count;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new BadInputException(
                "policy '" + spec + "' has no number of devices",
                "write " + spec.replaceAll(":.*", "") + ":5");
    }

    private static double seconds(String spec, String argument) {
        try {
            double seconds = Double.parseDouble(argument);
            if (seconds > 0 && Double.isFinite(seconds)) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new BadInputException(
                "policy '" + spec + "' has no deadline", "write greedy-deadline:2.5");
    }

    private record Online() implements AllocationPolicy {
        @Override
        public String name() {
            return "online";
        }

        @Override
        public Allocation allocate(RoundState state) {
            return new DeadlineSearch(new Instance(state)).solve();
        }
    }

    private record AllEqual() implements AllocationPolicy {
        @Override
        public String name() {
            return "all-equal";
        }

        @Override
        public Allocation allocate(RoundState state) {
            List<Candidate> candidates = state.candidates();
            double usable = candidates.stream().filter(Candidate::usable).count();
            return Allocation.of(
                    state,
                    candidates.stream().mapToDouble(c -> c.usable() ? 1 / usable : 0).toArray(),
                    Double.NaN);
        }
    }

    private record AllOptimal() implements AllocationPolicy {
        @Override
        public String name() {
            return "all-optimal";
        }

        @Override
        public Allocation allocate(RoundState state) {
            return Shares.all(new Instance(state), Double.NaN);
        }
    }

    private record Random(int count, long seed) implements AllocationPolicy {
        @Override
        public String name() {
            return "random:" + count;
        }

        @Override
        public void check(int devices) {
            atMost(name(), count, devices);
        }

        @Override
        public Allocation allocate(RoundState state) {
            RandomGenerator random = Seeds.stream(seed, "random policy", state.round());
            double[] keys = random.doubles(state.candidates().size()).toArray();
            return first(state, count, Comparator.comparingDouble(i -> keys[i]));
        }
    }

    private record RoundRobin(int count) implements AllocationPolicy {
        @Override
        public String name() {
            return "round-robin:" + count;
        }

        @Override
        public void check(int devices) {
            atMost(name(), count, devices);
        }

        @Override
        public Allocation allocate(RoundState state) {
            int size = state.candidates().size();
            int start = (int) Math.floorMod((long) state.round() * count, (long) size);
            return first(
                    state, count, Comparator.comparingInt(i -> Math.floorMod(i - start, size)));
        }
    }

    private record BestChannel(int count) implements AllocationPolicy {
        @Override
        public String name() {
            return "best-channel:" + count;
        }

        @Override
        public void check(int devices) {
            atMost(name(), count, devices);
        }

        @Override
        public Allocation allocate(RoundState state) {
            List<Candidate> candidates = state.candidates();
            return first(
                    state,
                    count,
                    Comparator.comparingDouble(i -> -candidates.get(i).uplinkSnrHertz()));
        }
    }

    /// With 0 seconds the deadline is the budget.
    private record GreedyDeadline(double seconds) implements AllocationPolicy {
        @Override
        public String name() {
            return seconds == 0 ? "greedy-deadline" : "greedy-deadline:" + seconds;
        }

        @Override
        public Allocation allocate(RoundState state) {
            Instance instance = new Instance(state);
            double deadline = seconds == 0 ? state.budgetSeconds() : seconds;
            double[] shares = new double[instance.size];
            int quickest = 0;
            for (int k = 0; k < shares.length; k++) {
                double y = instance.inverseShare(k, deadline, 1);
                shares[k] = y > 0 ? 1 / y : Double.POSITIVE_INFINITY;
                if (instance.aloneSeconds[k] < instance.aloneSeconds[quickest]) {
                    quickest = k;
                }
            }
            int[] set =
                    new Knapsack(shares, instance.samples, instance.unit, DeadlineSearch.NODES)
                            .chosen();
            return set.length == 0
                    ? Shares.least(
                            instance, new int[] {quickest}, Double.POSITIVE_INFINITY, Double.NaN)
                    : Shares.least(instance, set, deadline, Double.NaN);
        }
    }

    private static void atMost(String name, int count, int devices) {
        BadInputException.check(
                count <= devices,
                "policy '%s' schedules %d of %d devices".formatted(name, count, devices),
                "give it at most " + devices);
    }

    /// The first usable devices of an order of the candidates, with equal shares.
    private static Allocation first(RoundState state, int count, Comparator<Integer> order) {
        List<Candidate> candidates = state.candidates();
        atMost("K = " + count, count, candidates.size());
        int[] set =
                IntStream.range(0, candidates.size())
                        .boxed()
                        .filter(i -> candidates.get(i).usable())
                        .sorted(order)
                        .limit(count)
                        .mapToInt(Integer::intValue)
                        .toArray();
        double[] shares = new double[candidates.size()];
        for (int i : set) {
            shares[i] = 1.0 / set.length;
        }
        return Allocation.of(state, shares, Double.NaN);
    }
}
