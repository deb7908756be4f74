package dev.lamina.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.air.History;
import dev.lamina.air.PredictionScores;
import dev.lamina.air.Predictor;
import dev.lamina.air.Predictors;
import dev.lamina.air.Target;
import dev.lamina.base.BadInputException;
import dev.lamina.bench.PredictionSettings.Part;
import dev.lamina.radio.ChannelGenerator;
import dev.lamina.radio.ChannelSpec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PredictionBenchTest {
    private static PredictionSettings tiny(Set<Part> parts) {
        return new PredictionSettings(
                parts, List.of(10.0, 60.0), 1, List.of(5.0, 18.0), 1, 0.01, 2, 4);
    }

    /// Takes 32 antennas only.
    private static final class Picky implements Predictor {
        @Override
        public String name() {
            return "picky";
        }

        @Override
        public float[] predict(History history, Target target) {
            BadInputException.check(
                    history.shape().antennas() == 32, "antennas are not 32", "take 32.");
            return new float[2 * target.steps() * target.subcarriers() * 32];
        }
    }

    private static SequencedMap<String, Predictor> models() {
        SequencedMap<String, Predictor> models = new LinkedHashMap<>();
        models.put("persistence", Predictors.named("persistence"));
        models.put("ar", Predictors.named("ar"));
        models.put("picky", new Picky());
        return models;
    }

    private static double clean(PredictionCase of, String model) {
        return scores(of, model).nmse().clean();
    }

    private static PredictionScores.Model scores(PredictionCase of, String model) {
        return Objects.requireNonNull(of.entry(model).scores());
    }

    @Test
    void allParts() {
        PredictionSettings settings = tiny(EnumSet.allOf(Part.class));
        List<Integer> counts = new ArrayList<>();
        PredictionResult result =
                Objects.requireNonNull(
                        new PredictionBench(settings, models(), counts::add, () -> false).run());
        assertThat(counts).isSorted().last().isEqualTo(PredictionBench.tracks(settings));
        assertThat(result.models()).containsExactly("persistence", "ar", "picky");

        PredictionCase tdd = Objects.requireNonNull(result.tdd());
        assertThat(scores(tdd, "ar").bySpeed()).containsOnlyKeys(10, 60);
        assertThat(clean(tdd, "ar")).isLessThan(0.5 * clean(tdd, "persistence"));
        assertThat(clean(tdd, "picky")).isEqualTo(1);
        assertThat(tdd.isWeak("picky")).isTrue();
        assertThat(tdd.isWeak("ar")).isFalse();
        assertThat(tdd.isWeak("persistence")).isFalse();
        assertThat(tdd.noisyFloor()).isCloseTo(0.0156, within(1e-4));
        assertThat(scores(tdd, "ar").rate())
                .isBetween(scores(tdd, "persistence").rate(), tdd.perfectRate());
        assertThat(scores(tdd, "picky").rate()).isZero();

        PredictionCase fdd = Objects.requireNonNull(result.fdd());
        assertThat(fdd.noisyFloor()).isZero();
        assertThat(scores(fdd, "ar").nmse().noisy()).isEqualTo(clean(fdd, "ar"));

        assertThat(result.bySnr()).containsOnlyKeys(5.0, 18.0);
        assertThat(result.bySnr().get(18.0)).isSameAs(tdd);
        PredictionCase loud = Objects.requireNonNull(result.bySnr().get(5.0));
        assertThat(clean(loud, "ar")).isGreaterThan(clean(tdd, "ar"));

        assertThat(result.zeroShot())
                .extracting(PredictionCase::name)
                .containsExactly(
                        "UMa NLOS, 2.4 GHz, 4x4x2",
                        "UMa LOS",
                        "UMi NLOS",
                        "UMi LOS",
                        "0.9 GHz",
                        "3.5 GHz",
                        "28 GHz",
                        "2x2x2",
                        "4x8x2",
                        "8x8x2");
        for (PredictionCase of : result.zeroShot()) {
            PredictionCase.Entry picky = of.entry("picky");
            assertThat(picky.scores() == null).as(of.name()).isEqualTo(of.group().equals("array"));
            if (picky.scores() == null) {
                assertThat(picky.refusal()).isEqualTo("antennas are not 32");
                assertThat(of.isWeak("picky")).isFalse();
            }
        }
        PredictionResult.Timing timing = Objects.requireNonNull(result.timing());
        assertThat(timing.times()).containsOnlyKeys("persistence", "ar", "picky");
        assertThat(timing.flopsPerSecond()).isPositive();
    }

    /// The channels are those of LLM4CP's uplink band.
    @Test
    void theLowerBand() {
        ChannelSpec spec = tiny(Set.of()).preset();
        ChannelGenerator whole = new ChannelGenerator(spec);
        LowerBand lower = new LowerBand(whole);
        assertThat(lower.shape().subcarriers()).isEqualTo(48);
        float[] all = whole.track(1);
        float[] some = lower.track(1);
        for (int t = 0; t < 20; t++) {
            for (int i = 0; i < 48 * 64; i++) {
                assertThat(some[t * 48 * 64 + i]).isEqualTo(all[t * 96 * 64 + i]);
            }
        }
        assertThat(lower.labels()).containsKey("speed_kmh");
    }

    @Test
    void stopsAndSaysNothing() {
        @Nullable PredictionResult result =
                new PredictionBench(tiny(Set.of(Part.SPEED)), models(), count -> {}, () -> true)
                        .run();
        assertThat(result).isNull();
    }

    @Test
    void onlyWhatIsAskedFor() {
        PredictionSettings settings = tiny(Set.of(Part.SNR));
        PredictionResult result =
                Objects.requireNonNull(
                        new PredictionBench(settings, models(), count -> {}, () -> false).run());
        assertThat(result.tdd()).isNull();
        assertThat(result.zeroShot()).isEmpty();
        assertThat(result.timing()).isNull();
        assertThat(PredictionBench.tracks(settings)).isEqualTo(4);
        assertThatThrownBy(() -> Part.parse("colour"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("'colour'")
                .hasMessageContaining("zero-shot");
    }
}
