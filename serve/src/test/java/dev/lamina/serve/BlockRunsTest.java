package dev.lamina.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockRunsTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyItemRunsOnceAndPaddingIsBounded(long seed) {
        RandomGenerator random = Seeds.stream(seed, "lengths");
        int[] lengths = random.ints(100, 1, 400).toArray();
        List<List<Integer>> runs = BlockRuns.of(all(100), lengths, 16);
        List<Integer> seen = new ArrayList<>();
        for (List<Integer> run : runs) {
            int longest = run.stream().mapToInt(i -> lengths[i]).max().orElseThrow();
            int real = run.stream().mapToInt(i -> lengths[i]).sum();
            int padded = longest * run.size();
            assertThat(run.size()).isLessThanOrEqualTo(16);
            assertThat(padded).as("seed %d", seed).isLessThanOrEqualTo(BlockRuns.MOST_TOKENS);
            assertThat((double) (padded - real) / padded).as("seed %d", seed).isLessThan(0.2001);
            seen.addAll(run);
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(all(100));
    }

    @Test
    void similarTextsShareARun() {
        int[] lengths = {9, 10, 200, 11, 10};
        assertThat(BlockRuns.of(all(5), lengths, 32))
                .containsExactly(List.of(2), List.of(3, 1, 4, 0));
        assertThat(BlockRuns.of(all(5), lengths, 1)).hasSize(5);
    }

    private static List<Integer> all(int n) {
        return IntStream.range(0, n).boxed().toList();
    }
}
