package dev.lamina.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AutogradTest {
    @Test
    void goesBackwardFromAnUpstreamGradientAndAddsUp() {
        try (NDManager manager = Tensors.newManager()) {
            NDArray x = Autograd.leaf(Tensors.toEngine(manager, vector(1, 2, 3)));
            for (int times = 1; times <= 2; times++) {
                NDArray y = Autograd.recording(() -> x.square());
                Autograd.backward(y, Tensors.toEngine(manager, vector(1, 10, 100)));
            }
            assertThat(Autograd.takeGradient(x).values()).containsExactly(4, 80, 1200);
            assertThat(Autograd.takeGradient(x).values()).as("cleared").containsOnly(0);
        }
    }

    @Test
    void aLeafThatNothingCameToHasZeros() {
        try (NDManager manager = Tensors.newManager()) {
            assertThat(
                            Autograd.takeGradient(
                                            Autograd.leaf(Tensors.toEngine(manager, vector(1, 2))))
                                    .values())
                    .containsExactly(0, 0);
        }
    }

    @Test
    void refusesAnUpstreamGradientOfAnotherShape() {
        try (NDManager manager = Tensors.newManager()) {
            NDArray x = Autograd.leaf(Tensors.toEngine(manager, vector(1, 2, 3)));
            NDArray y = Autograd.recording(() -> x.square());
            assertThatThrownBy(() -> Autograd.backward(y, Tensors.toEngine(manager, vector(1, 2))))
                    .hasMessageContaining("(2)")
                    .hasMessageContaining("(3)");
        }
    }

    @Test
    void recordsNothingWhereNoGradientIsWanted() {
        try (NDManager manager = Tensors.newManager()) {
            NDArray x = Autograd.leaf(Tensors.toEngine(manager, vector(1, 2, 3)));
            NDArray y = Autograd.withoutGradient(() -> x.square());
            assertThat(y.hasGradient()).isFalse();
        }
    }

    @Test
    void severalThreadsGoBackwardAtOnceThroughSharedFrozenWeights() throws Exception {
        try (NDManager manager = Tensors.newManager();
                ExecutorService pool =
                        Executors.newFixedThreadPool(4, Thread.ofPlatform().factory())) {
            NDArray weight =
                    Tensors.toEngine(
                            manager, new FloatTensor(new long[] {2, 2}, new float[] {1, 2, 3, 4}));
            List<Callable<float[]>> tasks = new ArrayList<>();
            for (int t = 0; t < 200; t++) {
                float scale = t;
                tasks.add(() -> {
                    try (NDManager step = manager.newSubManager()) {
                        NDArray x =
                                Autograd.leaf(
                                        Tensors.toEngine(
                                                step,
                                                new FloatTensor(
                                                        new long[] {1, 2}, new float[] {1, 1})));
                        NDArray y = Autograd.recording(() -> x.matMul(weight));
                        Autograd.backward(
                                y,
                                Tensors.toEngine(
                                        step,
                                        new FloatTensor(
                                                new long[] {1, 2}, new float[] {scale, 0})));
                        return Autograd.takeGradient(x).values();
                    }
                });
            }
            List<Future<float[]>> results = pool.invokeAll(tasks);
            for (int t = 0; t < results.size(); t++) {
                assertThat(results.get(t).get()).containsExactly(t, 3f * t);
            }
        }
    }

    private static FloatTensor vector(float... values) {
        return new FloatTensor(new long[] {values.length}, values);
    }
}
