package dev.lamina.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.edge.Profiles;
import dev.lamina.edge.ServerOrder;
import dev.lamina.lam.Lora;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.TensorCodec;
import dev.lamina.train.Execution;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.Joining;
import dev.lamina.train.Scheme;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepBenchTest {
    @Test
    void takesTurnsForAsManyStepsAsAsked() {
        StepBench.Report report = StepBench.run(spec(Scheme.CENTRAL), spec(Scheme.SHARED), 5, 1);
        assertThat(report.steps()).isEqualTo(5);
        assertThat(report.ratio()).isBetween(report.lowRatio(), report.highRatio());
        assertThat(report.uncutMilliseconds()).isPositive();
    }

    @Test
    void saysWhenARunIsTooShort() {
        assertThatThrownBy(() -> StepBench.run(spec(Scheme.CENTRAL), spec(Scheme.SHARED), 20, 1))
                .hasMessageContaining("too few steps");
    }

    private static FinetuneSpec spec(Scheme scheme) {
        return new FinetuneSpec(
                scheme,
                "shape:2x16x4",
                "wordnet",
                null,
                null,
                Profiles.devices(1),
                Profiles.GPU_SERVER,
                "iid",
                List.of(1),
                new Lora(4, 8, 0, List.of(Lora.Target.QUERY)),
                Joining.PLAIN,
                4,
                1e-3,
                LearningRate.Decay.LINEAR,
                0,
                0,
                0,
                1,
                1,
                8,
                16,
                new ServerOrder.LongestTail(),
                new TensorCodec.Fp32(),
                new TensorCodec.Fp32(),
                Execution.PLAIN,
                false,
                null,
                1,
                1);
    }
}
