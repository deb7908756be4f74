package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorFeedbackTest {
    private static final int SIZE = 40;

    private static Map<String, FloatTensor> delta(RandomGenerator random) {
        Map<String, FloatTensor> delta = new LinkedHashMap<>();
        for (String name : new String[] {"a", "b"}) {
            FloatTensor tensor = FloatTensor.zeros(5, 8);
            for (int i = 0; i < SIZE; i++) {
                // some values are always small: without feedback they would never be sent
                tensor.values()[i] = (i < 10 ? 1 : 0.01f) * random.nextFloat(0.5f, 1);
            }
            delta.put(name, tensor);
        }
        return delta;
    }

    private static void add(double[] sum, FloatTensor tensor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += tensor.values()[i];
        }
    }

    private static double norm(FloatTensor tensor) {
        double squares = 0;
        for (float value : tensor.values()) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    private static FloatTensor residual(ErrorFeedback feedback, String name) {
        return Objects.requireNonNull(feedback.state().get(name));
    }

    private static FloatTensor sent(Map<String, EncodedTensor> encoded, String name) {
        return Objects.requireNonNull(encoded.get(name)).decode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"topk:0.1", "topk:0.05", "topk:1.0", "int8", "fp16", "fp32"})
    void whatArrivesFollowsWhatWasToBeSent(String name) {
        TensorCodec codec = TensorCodec.of(name);
        ErrorFeedback feedback = new ErrorFeedback(codec);
        double[] wanted = new double[SIZE];
        double[] arrived = new double[SIZE];
        // ‖m'‖ ≤ √(1-ρ) (‖m‖ + G) with ρ = k/n, of which this is the fixed point (derived)
        double rho = codec instanceof TensorCodec.TopK topK ? topK.share() : 0.9;
        double kept = Math.sqrt(1 - rho);
        double largest = 0;
        for (int round = 0; round < 3000; round++) {
            Map<String, FloatTensor> delta = delta(Seeds.stream(1, "delta", round));
            largest = Math.max(largest, norm(Objects.requireNonNull(delta.get("a"))));
            add(wanted, Objects.requireNonNull(delta.get("a")));
            add(arrived, sent(feedback.encode(delta), "a"));
            assertThat(norm(residual(feedback, "a")))
                    .as("round %d", round)
                    .isLessThanOrEqualTo(kept / (1 - kept) * largest * (1 + 1e-5));
        }
        FloatTensor outstanding = residual(feedback, "a");
        for (int i = 0; i < SIZE; i++) {
            assertThat(arrived[i] + outstanding.values()[i])
                    .as("value %d", i)
                    .isCloseTo(wanted[i], within(1e-4 * wanted[i]));
            assertThat(arrived[i]).as("value %d", i).isGreaterThan(0.4 * wanted[i]);
        }
    }

    /// The other side of the same: without feedback small values never arrive.
    @Test
    void withoutItSmallValuesNeverArrive() {
        double[] arrived = new double[SIZE];
        for (int round = 0; round < 3000; round++) {
            FloatTensor delta =
                    Objects.requireNonNull(delta(Seeds.stream(1, "delta", round)).get("a"));
            add(arrived, EncodedTensor.of(new TensorCodec.TopK(0.1), delta).decode());
        }
        assertThat(arrived[SIZE - 1]).isZero();
    }

    /// Nothing new: what is outstanding is sent off, exactly, in ⌈n/k⌉ rounds.
    @Test
    void whatIsOutstandingIsSentOff() {
        ErrorFeedback feedback = new ErrorFeedback(new TensorCodec.TopK(0.1));
        Map<String, FloatTensor> delta = delta(Seeds.stream(2, "delta"));
        FloatTensor whole = Objects.requireNonNull(delta.get("b"));
        double[] arrived = new double[SIZE];
        add(arrived, sent(feedback.encode(delta), "b"));
        Map<String, FloatTensor> nothing =
                Map.of("a", FloatTensor.zeros(5, 8), "b", FloatTensor.zeros(5, 8));
        for (int round = 1; round < 10; round++) {
            assertThat(norm(residual(feedback, "b"))).isPositive();
            add(arrived, sent(feedback.encode(nothing), "b"));
        }
        assertThat(norm(residual(feedback, "b"))).isZero();
        for (int i = 0; i < SIZE; i++) {
            assertThat((float) arrived[i]).isEqualTo(whole.values()[i]);
        }
    }

    @Test
    void goesOnFromItsStateToTheBit() {
        ErrorFeedback one = new ErrorFeedback(TensorCodec.of("topk:0.1"));
        ErrorFeedback two = new ErrorFeedback(TensorCodec.of("topk:0.1"));
        assertThat(one.encode(delta(Seeds.stream(3, "delta", 0)))).hasSize(2);
        assertThat(two.encode(delta(Seeds.stream(4, "another")))).hasSize(2);
        Map<String, FloatTensor> state = one.state();
        two.restore(state);
        state.values().forEach(tensor -> tensor.values()[0] = 99); // copies, both ways
        for (int round = 1; round < 5; round++) {
            Map<String, FloatTensor> delta = delta(Seeds.stream(3, "delta", round));
            Map<String, EncodedTensor> expected = one.encode(delta);
            Map<String, EncodedTensor> restored = two.encode(delta);
            for (String name : new String[] {"a", "b"}) {
                assertThat(Objects.requireNonNull(restored.get(name)).payload())
                        .isEqualTo(Objects.requireNonNull(expected.get(name)).payload());
            }
        }
        assertThat(two.state()).isEqualTo(one.state());
    }

    @Test
    void aTensorThatIsLeftOutKeepsItsResidual() {
        ErrorFeedback feedback = new ErrorFeedback(new TensorCodec.TopK(0.1));
        Map<String, FloatTensor> delta = delta(Seeds.stream(5, "delta"));
        assertThat(feedback.encode(delta)).hasSize(2);
        FloatTensor before = residual(feedback, "b");
        assertThat(feedback.encode(Map.of("a", Objects.requireNonNull(delta.get("a")))))
                .containsOnlyKeys("a");
        assertThat(residual(feedback, "b")).isEqualTo(before);
    }

    @Test
    void anUpdateThatIsRefusedChangesNothing() {
        ErrorFeedback feedback = new ErrorFeedback(new TensorCodec.TopK(0.1));
        assertThat(feedback.encode(delta(Seeds.stream(6, "delta")))).hasSize(2);
        Map<String, FloatTensor> before = feedback.state();
        Map<String, FloatTensor> diverged = delta(Seeds.stream(7, "delta"));
        Objects.requireNonNull(diverged.get("b")).values()[3] = Float.NaN;
        assertThatThrownBy(() -> feedback.encode(diverged)).isInstanceOf(BadInputException.class);
        assertThat(feedback.state()).isEqualTo(before);
        assertThatThrownBy(() -> feedback.encode(Map.of("a", FloatTensor.zeros(3))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("update of a");
    }
}
