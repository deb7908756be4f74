package dev.lamina.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TensorsTest {
    @Test
    void aTensorGoesInAndComesOutUnchanged() {
        try (NDManager manager = Tensors.newManager()) {
            for (long[] shape : new long[][] {{}, {1}, {3, 0}, {2, 3, 5}}) {
                FloatTensor tensor = FloatTensor.zeros(shape);
                for (int i = 0; i < tensor.size(); i++) {
                    tensor.values()[i] = i - 0.5f;
                }
                assertThat(Tensors.toJava(Tensors.toEngine(manager, tensor))).isEqualTo(tensor);
            }
        }
    }

    @Test
    void aTransposedArrayComesOutInItsOwnOrder() {
        try (NDManager manager = Tensors.newManager()) {
            NDArray array =
                    Tensors.toEngine(
                            manager,
                            new FloatTensor(new long[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6}));
            assertThat(Tensors.toJava(array.transpose()).values())
                    .containsExactly(1, 4, 2, 5, 3, 6);
        }
    }

    /// The engine's `mul(Number)` fails here after some rounds: the collector frees the constant.
    @Test
    void aConstantLivesUntilTheBackwardPass() {
        try (NDManager manager = Tensors.newManager()) {
            float[] upstream = new float[64];
            Arrays.fill(upstream, 1);
            for (int round = 0; round < 20; round++) {
                try (NDManager step = manager.newSubManager()) {
                    NDArray x = Autograd.leaf(Tensors.toEngine(step, FloatTensor.zeros(64)));
                    NDArray y = Autograd.recording(() -> Tensors.times(x, 3));
                    System.gc();
                    overwriteFreedMemory();
                    Autograd.backward(
                            y,
                            Tensors.toEngine(
                                    step, new FloatTensor(new long[] {64}, upstream.clone())));
                    assertThat(Autograd.takeGradient(x).values()).containsOnly(3f);
                }
            }
        }
    }

    private static void overwriteFreedMemory() {
        try (java.lang.foreign.Arena arena = java.lang.foreign.Arena.ofConfined()) {
            for (int i = 0; i < 2000; i++) {
                arena.allocate(4).set(java.lang.foreign.ValueLayout.JAVA_FLOAT, 0, Float.NaN);
            }
        }
    }
}
