package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.nn.FloatTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A run to the end, for tests.
final class Run {
    final List<Double> losses = new ArrayList<>();
    final Map<String, FloatTensor> adapter;
    final FinetuneResult result;

    private Run(FinetuneSpec spec) {
        try (Finetune job = Finetune.prepare(spec)) {
            result =
                    Objects.requireNonNull(
                            job.run(
                                    null,
                                    false,
                                    new RunListener() {
                                        @Override
                                        public void stepped(int done, double loss) {
                                            losses.add(loss);
                                        }
                                    }));
            adapter = job.adapter().tensors();
        }
    }

    static Run of(FinetuneSpec spec) {
        return new Run(spec);
    }

    void sameAdapter(Run other, double tolerance) {
        adapter.forEach((name, tensor) -> {
            float[] expected = Objects.requireNonNull(other.adapter.get(name)).values();
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) tensor.values()[i])
                        .as(name)
                        .isCloseTo(expected[i], within(tolerance));
            }
        });
    }
}
