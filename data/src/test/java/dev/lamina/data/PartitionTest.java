package dev.lamina.data;

import static dev.lamina.data.Fixtures.assertBadInput;
import static dev.lamina.data.Fixtures.samples;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {
    private static final List<Sample> TRAIN = samples(5, 41);

    @ParameterizedTest
    @CsvSource({
        "iid, 1",
        "iid, 6",
        "iid, 205",
        "dirichlet:0.000001, 6",
        "dirichlet:0.05, 30",
        "dirichlet:0.5, 6",
        "dirichlet:1000, 7",
        "dirichlet:1, 205",
        "label:1, 5",
        "label:2, 3",
        "label:2, 17",
        "label:5, 6",
        "quantity:0.000001, 6",
        "quantity:0.05, 30",
        "quantity:1, 205"
    })
    void everySampleGoesToExactlyOneDevice(String spec, int devices) {
        Partition partition = Partition.parse(spec);
        for (long seed = 0; seed < 20; seed++) {
            List<List<Sample>> shards = partition.split(TRAIN, 5, devices, seed);
            assertThat(shards).hasSize(devices).noneMatch(List::isEmpty);
            List<Sample> union = shards.stream().flatMap(List::stream).toList();
            assertThat(union).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(TRAIN);
            assertThat(partition.split(TRAIN, 5, devices, seed))
                    .as("seed %d", seed)
                    .isEqualTo(shards);
        }
    }

    @Test
    void anotherSeedGivesOtherShards() {
        for (String spec : List.of("iid", "dirichlet:0.5", "label:2")) {
            Partition partition = Partition.parse(spec);
            assertThat(partition.split(TRAIN, 5, 6, 1))
                    .as(spec)
                    .isNotEqualTo(partition.split(TRAIN, 5, 6, 2));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 6, 7, 100})
    void iidShardsDifferByOneAtMost(int devices) {
        List<Integer> sizes =
                new Partition.Iid().split(TRAIN, 5, devices, 3).stream().map(List::size).toList();
        assertThat(sizes)
                .allMatch(size ->
                        size == TRAIN.size() / devices || size == TRAIN.size() / devices + 1);
    }

    @Test
    void devicesHoldAtMostKClassesAndEveryClassIsHeld() {
        for (int k = 1; k <= 5; k++) {
            for (int devices = Math.ceilDiv(5, k); devices < 12; devices++) {
                List<List<Sample>> shards =
                        new Partition.ByLabel(k).split(TRAIN, 5, devices, k + devices);
                var held = new HashSet<Integer>();
                for (List<Sample> shard : shards) {
                    Set<Integer> classes =
                            shard.stream().map(Sample::label).collect(Collectors.toSet());
                    assertThat(classes).hasSizeLessThanOrEqualTo(k);
                    held.addAll(classes);
                }
                assertThat(held).hasSize(5);
            }
        }
    }

    @Test
    void smallAlphaMakesDevicesDiffer() {
        assertThat(largestHolding("dirichlet:0.01")).isGreaterThan(0.9);
        assertThat(largestHolding("dirichlet:1000")).isLessThan(0.35);
        assertThat(largestHolding("iid")).isLessThan(0.45);
    }

    /// Mean over classes of the share that one device holds of it (1/4 if all four hold the same).
    private static double largestHolding(String spec) {
        List<List<Sample>> shards = Partition.parse(spec).split(TRAIN, 5, 4, 11);
        double sum = 0;
        for (int c = 0; c < 5; c++) {
            int label = c;
            sum +=
                    shards.stream()
                            .mapToLong(
                                    shard -> shard.stream().filter(s -> s.label() == label).count())
                            .max()
                            .orElseThrow();
        }
        return sum / TRAIN.size();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 1, 4})
    void dirichletDrawsHaveTheRightMeanAndVariance(double alpha) {
        int count = 4;
        int draws = 20_000;
        var random = Seeds.stream(5, "dirichlet", alpha);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < draws; i++) {
            double[] shares = DirichletDraw.shares(count, alpha, random);
            assertThat(shares[0] + shares[1] + shares[2] + shares[3])
                    .isCloseTo(1, Offset.offset(1e-12));
            sum += shares[1];
            squares += shares[1] * shares[1];
        }
        double mean = sum / draws;
        double expected = 1.0 / count * (1 - 1.0 / count) / (count * alpha + 1);
        assertThat(mean).isCloseTo(1.0 / count, Offset.offset(5 * Math.sqrt(expected / draws)));
        assertThat(squares / draws - mean * mean)
                .isCloseTo(expected, Offset.offset(0.05 * expected));
    }

    @Test
    void quantityMakesSizesDifferAndClassesAlike() {
        List<Sample> samples =
                IntStream.range(0, 4000).mapToObj(i -> new Sample("text " + i, i % 4)).toList();
        List<List<Sample>> shards = Partition.parse("quantity:1").split(samples, 4, 8, 3);
        assertThat(shards.stream().mapToInt(List::size).max().orElse(0))
                .isGreaterThan(3 * shards.stream().mapToInt(List::size).min().orElse(0));
        for (List<Sample> shard : shards) {
            if (shard.size() > 200) {
                double first =
                        shard.stream().filter(s -> s.label() == 0).count() / (double) shard.size();
                assertThat(first).isBetween(0.15, 0.35);
            }
        }
    }

    @Test
    void specsAreReadAsTheyAreWritten() {
        for (String spec : List.of("iid", "dirichlet:0.5", "label:3", "quantity:1.0")) {
            assertThat(Partition.parse(spec).spec()).isEqualTo(spec);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "IID",
                "iid:1",
                "dirichlet",
                "dirichlet:",
                "dirichlet:x",
                "dirichlet:0",
                "dirichlet:-1",
                "dirichlet:NaN",
                "dirichlet:Infinity",
                "label",
                "label:x",
                "label:0",
                "label:-2",
                "label:1.5",
                "quantity:0",
                "quantity:x",
                "random:3"
            })
    void otherSpecsAreRefused(String spec) {
        String value = spec.contains(":") ? spec.substring(spec.indexOf(':') + 1) : spec;
        assertBadInput(() -> Partition.parse(spec), value);
    }

    @Test
    void numbersOfDevicesThatCannotBe() {
        var iid = new Partition.Iid();
        assertBadInput(() -> iid.split(TRAIN, 5, 0, 1), "number of devices 0");
        assertBadInput(() -> iid.split(TRAIN, 5, -3, 1), "number of devices -3");
        assertBadInput(() -> iid.split(TRAIN, 5, 206, 1), "206 devices for 205 training samples");
    }

    @Test
    void numbersOfClassesThatCannotBe() {
        assertBadInput(
                () -> new Partition.ByLabel(6).split(TRAIN, 5, 6, 1), "label:6", "5 classes");
        assertBadInput(
                () -> new Partition.ByLabel(2).split(TRAIN, 5, 2, 1),
                "label:2 over 2 devices",
                "label:3");
        List<Sample> rare = List.of(new Sample("a", 0), new Sample("b", 1), new Sample("c", 1));
        assertBadInput(
                () -> new Partition.ByLabel(1).split(rare.subList(0, 2), 2, 3, 1), "3 devices");
        var few = new ArrayList<Sample>(samples(1, 30));
        few.add(new Sample("single", 1));
        assertBadInput(
                () -> new Partition.ByLabel(1).split(few, 2, 6, 1),
                "leaves device",
                "without a sample");
    }

    @Test
    void shardsOfDuplicatesOnly() {
        List<Sample> copies =
                List.of(
                        new Sample("same", 0),
                        new Sample("same", 0),
                        new Sample("x", 1),
                        new Sample("y", 1));
        assertBadInput(
                () -> new Partition.ByLabel(1).split(copies, 2, 2, 1),
                "the shard of device",
                "only duplicates: 2 times the text 'same'");
    }
}
