package dev.lamina.data;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// The algorithms behind [Partition]: each gives the owner (device) of every sample.
final class Shards {
    private Shards() {}

    static int[] even(int samples, int devices, RandomGenerator random) {
        int[] owners = new int[samples];
        List<Integer> order = shuffled(samples, random);
        for (int i = 0; i < samples; i++) {
            owners[order.get(i)] = i % devices;
        }
        return owners;
    }

    static int[] dirichlet(
            List<Sample> train, int classes, int devices, double alpha, RandomGenerator random) {
        int[] owners = new int[train.size()];
        for (List<Integer> members : byClass(train, classes)) {
            Collections.shuffle(members, random);
            deal(members, devices, alpha, random, owners);
        }
        fillEmpty(owners, devices);
        return owners;
    }

    static int[] quantity(int samples, int devices, double alpha, RandomGenerator random) {
        int[] owners = new int[samples];
        deal(shuffled(samples, random), devices, alpha, random, owners);
        fillEmpty(owners, devices);
        return owners;
    }

    /// Gives consecutive runs of `members` to the devices, in Dirichlet shares.
    private static void deal(
            List<Integer> members,
            int devices,
            double alpha,
            RandomGenerator random,
            int[] owners) {
        double[] shares = DirichletDraw.shares(devices, alpha, random);
        double sum = 0;
        int from = 0;
        for (int device = 0; device < devices; device++) {
            sum += shares[device];
            int to =
                    device == devices - 1
                            ? members.size()
                            : (int) Math.round(Math.min(1, sum) * members.size());
            for (int i : members.subList(from, Math.max(from, to))) {
                owners[i] = device;
            }
            from = Math.max(from, to);
        }
    }

    static int[] byLabel(
            List<Sample> train,
            int classes,
            int devices,
            int classesPerDevice,
            RandomGenerator random) {
        BadInputException.check(
                classesPerDevice <= classes,
                "partition label:%d, but there are %d classes".formatted(classesPerDevice, classes),
                "use label:" + classes + " or fewer");
        BadInputException.check(
                (long) devices * classesPerDevice >= classes,
                "partition label:%d over %d devices leaves some of the %d classes to nobody"
                        .formatted(classesPerDevice, devices, classes),
                "use label:" + Math.ceilDiv(classes, devices) + " or more devices");
        List<List<Integer>> holders = holders(classes, devices, classesPerDevice, random);
        int[] owners = new int[train.size()];
        int[] sizes = new int[devices];
        List<List<Integer>> members = byClass(train, classes);
        for (int c = 0; c < classes; c++) {
            Collections.shuffle(members.get(c), random);
            // who has least comes first, and so gets what is left over
            List<Integer> order = new ArrayList<>(holders.get(c));
            order.sort(Comparator.comparingInt(device -> sizes[device]));
            for (int i = 0; i < members.get(c).size(); i++) {
                int device = order.get(i % order.size());
                owners[members.get(c).get(i)] = device;
                sizes[device]++;
            }
        }
        for (int device = 0; device < devices; device++) {
            BadInputException.check(
                    sizes[device] > 0,
                    "partition label:%d leaves device %d of %d without a sample"
                            .formatted(classesPerDevice, device, devices),
                    "use fewer devices, more classes for each, or more data");
        }
        return owners;
    }

    /// The shards, each in the order of the training samples.
    static List<List<Sample>> gather(List<Sample> train, int[] owners, int devices) {
        List<List<Sample>> shards = new ArrayList<>();
        for (int device = 0; device < devices; device++) {
            shards.add(new ArrayList<>());
        }
        for (int i = 0; i < owners.length; i++) {
            shards.get(owners[i]).add(train.get(i));
        }
        for (int device = 0; device < devices; device++) {
            List<Sample> shard = shards.get(device);
            String first = shard.getFirst().text();
            BadInputException.check(
                    shard.size() == 1
                            || shard.stream().anyMatch(sample -> !sample.text().equals(first)),
                    "the shard of device %d holds only duplicates: %d times the text '%s'"
                            .formatted(device, shard.size(), Rows.shortened(first)),
                    "use fewer devices, another seed or partition, or drop duplicates from the data");
        }
        return shards.stream().map(List::copyOf).toList();
    }

    /// The devices that hold each class. A device takes, one after another, the classes with the
    /// fewest holders (the order among equals is drawn), so that the numbers of holders differ by
    /// one at most.
    private static List<List<Integer>> holders(
            int classes, int devices, int classesPerDevice, RandomGenerator random) {
        List<List<Integer>> holders = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            holders.add(new ArrayList<>());
        }
        for (int device = 0; device < devices; device++) {
            List<Integer> order = shuffled(classes, random);
            order.sort(Comparator.comparingInt(c -> holders.get(c).size()));
            for (int c : order.subList(0, classesPerDevice)) {
                holders.get(c).add(device);
            }
        }
        return holders;
    }

    /// Gives each device without a sample the last one of the largest shard.
    private static void fillEmpty(int[] owners, int devices) {
        int[] sizes = new int[devices];
        for (int owner : owners) {
            sizes[owner]++;
        }
        for (int device = 0; device < devices; device++) {
            if (sizes[device] > 0) {
                continue;
            }
            int largest =
                    IntStream.range(0, devices)
                            .boxed()
                            .max(
                                    Comparator.<Integer>comparingInt(d -> sizes[d])
                                            .thenComparing(Comparator.reverseOrder()))
                            .orElseThrow();
            int last = owners.length - 1;
            while (owners[last] != largest) {
                last--;
            }
            owners[last] = device;
            sizes[largest]--;
            sizes[device]++;
        }
    }

    private static List<List<Integer>> byClass(List<Sample> train, int classes) {
        List<List<Integer>> members = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            members.add(new ArrayList<>());
        }
        for (int i = 0; i < train.size(); i++) {
            members.get(train.get(i).label()).add(i);
        }
        return members;
    }

    private static List<Integer> shuffled(int count, RandomGenerator random) {
        List<Integer> order =
                new ArrayList<>(
                        Arrays.asList(IntStream.range(0, count).boxed().toArray(Integer[]::new)));
        Collections.shuffle(order, random);
        return order;
    }
}
