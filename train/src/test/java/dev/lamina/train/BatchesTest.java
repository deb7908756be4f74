package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchesTest {
    @Test
    void everyPassHoldsEverySampleOnceInAnotherOrder() {
        Batches batches = new Batches(samples(103), 8, 5, 0);
        assertThat(batches.perPass()).isEqualTo(13);
        List<TokenizedSample> first = pass(batches, 0);
        List<TokenizedSample> second = pass(batches, 1);
        Set<TokenizedSample> distinct = new HashSet<>(first);
        assertThat(first).hasSize(103);
        assertThat(distinct).hasSize(103);
        assertThat(second).hasSize(103).isNotEqualTo(first);
        assertThat(new HashSet<>(second)).isEqualTo(distinct);
    }

    @Test
    void anyStepCanBeFoundAgain() {
        List<TokenizedSample> samples = samples(50);
        Batches once = new Batches(samples, 8, 5, 2);
        List<TokenizedSample> late = once.at(17);
        once.at(3);
        assertThat(new Batches(samples, 8, 5, 2).at(17)).isEqualTo(late);
        assertThat(new Batches(samples, 8, 5, 3).at(17)).isNotEqualTo(late);
    }

    @Test
    void groupingByLengthSavesMostOfThePadding() {
        Batches batches = new Batches(samples(1024), 16, 5, 0);
        long padded = 0;
        long tokens = 0;
        for (int step = 0; step < batches.perPass(); step++) {
            List<TokenizedSample> batch = batches.at(step);
            int longest = batch.stream().mapToInt(s -> s.tokens().length).max().orElse(0);
            padded += (long) longest * batch.size();
            tokens += batch.stream().mapToLong(s -> s.tokens().length).sum();
        }
        assertThat((double) padded / tokens).isLessThan(1.1);
    }

    private static List<TokenizedSample> pass(Batches batches, int pass) {
        List<TokenizedSample> all = new ArrayList<>();
        for (int i = 0; i < batches.perPass(); i++) {
            all.addAll(batches.at(pass * batches.perPass() + i));
        }
        return all;
    }

    private static List<TokenizedSample> samples(int count) {
        List<TokenizedSample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(new TokenizedSample(new int[3 + i * 7 % 40], i % 2));
        }
        return samples;
    }
}
