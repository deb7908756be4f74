package dev.lamina.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.Service;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OcrTest {
    private static final List<String> LINES =
            List.of("Edge split learning 2026", "LoRA rank 8 / alpha 16");

    private static final List<String> NUMBERS =
            List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");

    private Service detector;
    private Service recogniser;

    @BeforeAll
    void load() {
        detector = new OcrDetector().load(Settings.NONE);
        recogniser = new OcrRecogniser().load(Settings.NONE);
    }

    @AfterAll
    void close() {
        detector.close();
        recogniser.close();
    }

    @ParameterizedTest
    @CsvSource({
        "24, 0", "24, 10", "24, -10", "32, 0", "32, 10", "32, -10", "48, 0", "48, 10", "48, -10"
    })
    void readsText(int fontPixels, double degrees) {
        Value.Image picture = picture(fontPixels, degrees, LINES);
        Map<String, Value> item = Services.detected(detector, picture);
        assertThat(Services.floats(item, "boxes").shape()).containsExactly(2, 4, 2);
        Outcome read = recogniser.run(List.of(item)).getFirst();
        assertThat(Services.lines(read)).isEqualTo(LINES);
        assertThat(Services.floats(read.outputs(), "scores").values())
                .hasSize(2)
                .satisfies(scores -> {
                    for (float score : scores) {
                        assertThat(score).isBetween(0.8f, 1f);
                    }
                });
    }

    /// Letters of 14 pixels on a slope, or the other version: spaces may be lost.
    @ParameterizedTest
    @CsvSource({"14, 0, v3", "14, 10, v3", "32, 0, v4", "100, 0, v3"})
    void readsLetters(int fontPixels, double degrees, String model) {
        Settings settings = Services.settings("model", model);
        try (Service other = new OcrRecogniser().load(settings)) {
            Map<String, Value> item =
                    Services.detected(detector, picture(fontPixels, degrees, LINES));
            assertThat(Services.lines(other.run(List.of(item)).getFirst()))
                    .map(line -> line.replace(" ", ""))
                    .containsExactly("Edgesplitlearning2026", "LoRArank8/alpha16");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {90, 180, 270})
    void readsTurnedPictures(int degrees) {
        Value.Image picture = Rendered.picture(Rendered.image(600, 600, 32, degrees, LINES));
        assertThat(
                        Services.lines(
                                recogniser
                                        .run(List.of(Services.detected(detector, picture)))
                                        .getFirst()))
                .containsExactlyInAnyOrderElementsOf(LINES);
    }

    @Test
    void readsManyLinesInOrder() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < NUMBERS.size(); i++) {
            lines.add("Item " + NUMBERS.get(i) + " costs five euros each");
        }
        Value.Image picture = Rendered.picture(Rendered.image(620, 700, 28, 0, lines));
        assertThat(
                        Services.lines(
                                recogniser
                                        .run(List.of(Services.detected(detector, picture)))
                                        .getFirst()))
                .isEqualTo(lines);
    }

    @Test
    void boxesLieAboutTheText() {
        Value.Image picture =
                Rendered.picture(Rendered.image(200, 600, 40, 0, List.of("Edge 2026")));
        float[] box = Services.floats(Services.detected(detector, picture), "boxes").values();
        int left = 600;
        int right = 0;
        int top = 200;
        int bottom = 0;
        for (int i = 0; i < 200 * 600; i++) {
            if ((picture.rgb()[3 * i] & 0xff) < 128) {
                left = Math.min(left, i % 600);
                right = Math.max(right, i % 600);
                top = Math.min(top, i / 600);
                bottom = Math.max(bottom, i / 600);
            }
        }
        assertThat(box[0]).isCloseTo(left, within(15f));
        assertThat(box[1]).isCloseTo(top, within(15f));
        assertThat(box[4]).isCloseTo(right, within(15f));
        assertThat(box[5]).isCloseTo(bottom, within(15f));
    }

    @Test
    void emptyPicturesHaveNoLines() {
        for (Value.Image picture :
                List.of(
                        Pictures.plain(300, 400, 255),
                        Pictures.plain(1, 1, 0),
                        Pictures.plain(1, 3000, 0),
                        Pictures.noise(200, 200, 1))) {
            Map<String, Value> item = Services.detected(detector, picture);
            assertThat(Services.floats(item, "boxes").shape()).containsExactly(0, 4, 2);
            Outcome read = recogniser.run(List.of(item)).getFirst();
            assertThat(Services.lines(read)).isEmpty();
            assertThat(Services.floats(read.outputs(), "scores").shape()).containsExactly(0);
        }
    }

    @Test
    void batchIsEachAlone() {
        List<Map<String, Value>> items =
                List.of(
                        Services.detected(detector, picture(24, 0, LINES)),
                        Services.detected(detector, picture(32, 10, LINES.reversed())),
                        Services.detected(detector, Pictures.plain(50, 60, 255)),
                        Services.detected(
                                detector,
                                picture(
                                        28,
                                        0,
                                        List.of(
                                                "a rather long line of text, longer than others"))));
        List<Outcome> together = recogniser.run(items);
        for (int i = 0; i < items.size(); i++) {
            Outcome alone = recogniser.run(List.of(items.get(i))).getFirst();
            assertThat(Services.lines(together.get(i))).isEqualTo(Services.lines(alone));
            assertThat(Services.floats(together.get(i).outputs(), "scores").values())
                    .containsExactly(
                            Services.floats(alone.outputs(), "scores").values(), within(1e-4f));
        }
    }

    @Test
    void badBoxesAreRefusedAndSpoilNoOthers() {
        Value.Image picture = picture(24, 0, LINES);
        Map<String, Value> good = Services.detected(detector, picture);
        Map<String, Value> far = with(picture, 0, 0, 9000, 0, 9000, 20, 0, 20);
        Map<String, Value> nan = with(picture, Float.NaN, 0, 9, 0, 9, 20, 0, 20);
        Map<String, Value> flat = with(picture, 0, 0, 9, 0, 9, 0, 0, 0);
        Map<String, Value> crossed = with(picture, 0, 0, 9, 9, 9, 0, 0, 9);
        List<Outcome> outcomes = recogniser.run(List.of(far, nan, good, flat, crossed));
        assertThat(Services.lines(outcomes.get(2))).isEqualTo(LINES);
        for (int i : new int[] {0, 1, 3, 4}) {
            assertThatThrownBy(() -> outcomes.get(i).outputs())
                    .isInstanceOf(ServeException.class)
                    .hasMessageContaining("boxes: ")
                    .hasMessageContaining("\nMaybe ");
        }
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> new OcrDetector().signature(Services.settings("model", "v9")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("model: 'v9'");
        assertThatThrownBy(() -> new OcrRecogniser().signature(Services.settings("models", "v3")))
                .isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> new OcrDetector().signature(Services.settings("longestSide", 100)))
                .isInstanceOf(BadInputException.class);
        try (Service small =
                new OcrDetector().load(Services.settings("model", "v3", "longestSide", 640))) {
            Map<String, Value> item = Services.detected(small, picture(48, 0, LINES));
            assertThat(Services.floats(item, "boxes").shape()).containsExactly(2, 4, 2);
        }
    }

    @Test
    void greedyDecoding() {
        Characters characters =
                Characters.parse("a\nb\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(characters.texts()).containsExactly("", "a", "b", " ");
        int[] best = {3, 1, 1, 0, 1, 3, 2, 2, 3};
        float[] probabilities = new float[4 * best.length];
        for (int t = 0; t < best.length; t++) {
            probabilities[4 * t + best[t]] = 0.5f;
        }
        Characters.Line line = characters.decode(probabilities, 0, best.length);
        assertThat(line.text()).isEqualTo("aa b");
        assertThat(line.score()).isEqualTo(0.5);
        assertThat(characters.decode(new float[8], 0, 2).score()).isZero();
    }

    private static Map<String, Value> with(Value.Image picture, float... corners) {
        return Map.of(
                "image",
                picture,
                "boxes",
                new Value.Floats(new FloatTensor(new long[] {1, 4, 2}, corners)));
    }

    private static Value.Image picture(int fontPixels, double degrees, List<String> lines) {
        return Rendered.picture(
                Rendered.image(fontPixels * 9, fontPixels * 20, fontPixels, degrees, lines));
    }
}
