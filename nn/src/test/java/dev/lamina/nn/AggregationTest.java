package dev.lamina.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class AggregationTest {
    @Test
    void averagesByTheNumberOfSamples() {
        assertThat(mean(contribution(1, 3f), contribution(3, 7f))).isEqualTo(6f);
        assertThat(mean(contribution(0, 3f), contribution(3, 7f))).isEqualTo(7f);
        assertThat(mean(contribution(5, 0.1f))).isEqualTo(0.1f);
    }

    @Test
    void withoutSamplesTheAdapterStaysAsItWas() {
        assertThat(mean(contribution(0, 3f))).isEqualTo(1f);
    }

    private static Aggregation.Contribution contribution(long samples, float value) {
        return new Aggregation.Contribution(
                samples, Map.of("x", new FloatTensor(new long[] {1}, new float[] {value})));
    }

    private static float mean(Aggregation.Contribution... contributions) {
        SequencedMap<String, FloatTensor> before =
                new LinkedHashMap<>(Map.of("x", new FloatTensor(new long[] {1}, new float[] {1})));
        return java.util.Objects.requireNonNull(
                        Aggregation.average(before, List.of(contributions)).get("x"))
                .values()[0];
    }
}
