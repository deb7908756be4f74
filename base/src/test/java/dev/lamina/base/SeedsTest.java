package dev.lamina.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeedsTest {
    @Test
    void aNameAlwaysGivesTheSameStream() {
        assertThat(Seeds.stream(1, "a", 2).nextLong())
                .isEqualTo(Seeds.stream(1, "a", 2).nextLong());
        assertThat(Seeds.derive(1, "batches", 0, 3))
                .as("pinned: stored runs depend on it")
                .isEqualTo(Seeds.derive(1, "batches", "0", "3"));
    }

    @Test
    void namesAndSeedsDoNotCollide() {
        Set<Long> seen = new HashSet<>();
        for (long seed = 0; seed < 100; seed++) {
            for (int i = 0; i < 100; i++) {
                seen.add(Seeds.derive(seed, "x", i));
            }
        }
        assertThat(seen).hasSize(10_000);
        assertThat(Seeds.derive(1, "ab", "c")).isNotEqualTo(Seeds.derive(1, "a", "bc"));
    }
}
