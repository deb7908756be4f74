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
    private static final int H = 384;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyItemRunsOnceAndPaddingIsBounded(long seed) {
        RandomGenerator random = Seeds.stream(seed, "lengths");
        int[] lengths = random.ints(100, 1, 400).toArray();
        List<List<Integer>> runs = BlockRuns.of(all(100), lengths, 16, H);
        List<Integer> seen = new ArrayList<>();
        for (List<Integer> run : runs) {
            int longest = run.stream().mapToInt(i -> lengths[i]).max().orElseThrow();
            double real =
                    run.stream().mapToDouble(i -> attention(lengths[i]) + layers(lengths[i])).sum();
            double padded =
                    run.stream().mapToDouble(i -> attention(longest) + layers(lengths[i])).sum();
            assertThat(run.size()).isLessThanOrEqualTo(16);
            assertThat(longest * run.size())
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(Math.max(longest, BlockRuns.MOST_PLACES));
            assertThat((padded - real) / real).as("seed %d", seed).isLessThan(0.1001);
            seen.addAll(run);
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(all(100));
        assertThat(runs.size()).isLessThan(50);
    }

    private static double attention(int tokens) {
        return 2.0 * tokens * tokens * H;
    }

    private static double layers(int tokens) {
        return 12.0 * tokens * H * H;
    }

    @Test
    void shortTextsShareARunWhateverTheirLengths() {
        int[] lengths = {9, 2, 200, 11, 20};
        assertThat(BlockRuns.of(all(5), lengths, 32, H))
                .containsExactly(List.of(2, 4), List.of(3, 0, 1));
        assertThat(BlockRuns.of(all(5), lengths, 1, H)).hasSize(5);
    }

    private static List<Integer> all(int n) {
        return IntStream.range(0, n).boxed().toList();
    }
}
