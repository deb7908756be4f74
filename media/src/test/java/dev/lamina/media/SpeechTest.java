package dev.lamina.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.Service;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpeechTest {
    private static final List<String> PHRASES =
            List.of(
                    "Turn on the light.",
                    "turn off the light",
                    "what does the sign say",
                    "read the second line",
                    "how do I feel today",
                    "stop");

    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord logRecord) {
                    logged.add(logRecord.getLoggerName() + ": " + logRecord.getMessage());
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };
    private Service synthesiser;
    private Service recogniser;

    @BeforeAll
    void load() {
        Logger.getLogger("").addHandler(handler);
        synthesiser = new SpeechSynthesiser().load(Settings.NONE);
        recogniser = new SpeechRecogniser().load(Services.settings("phrases", PHRASES));
    }

    @AfterAll
    void close() {
        Logger.getLogger("").removeHandler(handler);
        synthesiser.close();
        recogniser.close();
    }

    static List<String> phrases() {
        return PHRASES;
    }

    @ParameterizedTest
    @MethodSource("phrases")
    void hearsWhatWasSaid(String phrase) {
        assertThat(heard(recogniser, Services.speech(synthesiser, phrase))).containsExactly(phrase);
    }

    @ParameterizedTest
    @ValueSource(ints = {22050, 44100, 48000})
    void atAnyRate(int rateHz) {
        Value.Audio sound =
                SoundFiles.resample(Services.speech(synthesiser, "turn off the light"), rateHz);
        assertThat(heard(recogniser, sound)).containsExactly("turn off the light");
    }

    @Test
    void twoUtterancesAreOneLine() {
        short[] first = Services.speech(synthesiser, "stop").samples();
        short[] second = Services.speech(synthesiser, "turn off the light").samples();
        short[] both = new short[first.length + 16000 + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length + 16000, second.length);
        assertThat(heard(recogniser, new Value.Audio(16000, both)))
                .containsExactly("stop turn off the light");
    }

    @Test
    void hearsNothingInSilenceAndNoise() {
        RandomGenerator random = Seeds.stream(1, "noise");
        short[] noise = new short[32000];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (short) (3000 * random.nextGaussian());
        }
        for (short[] samples :
                List.of(new short[0], new short[1], new short[32000], new short[160000], noise)) {
            assertThat(heard(recogniser, new Value.Audio(16000, samples))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"good morning", "one two three four five", "the weather is fine in Paris"})
    void hearsNothingInOtherSentences(String sentence) {
        assertThat(heard(recogniser, Services.speech(synthesiser, sentence))).isEmpty();
    }

    @Test
    void anAnswerDependsOnNoOther() {
        Value.Audio sound = Services.speech(synthesiser, "how do I feel today");
        Map<String, Value> silence = Map.of("audio", new Value.Audio(8000, new short[8000]));
        Map<String, Value> speech = Map.of("audio", sound);
        List<Outcome> outcomes = recogniser.run(List.of(silence, speech, silence, speech));
        assertThat(outcomes.stream().map(Services::lines))
                .containsExactly(
                        List.of(),
                        List.of("how do I feel today"),
                        List.of(),
                        List.of("how do I feel today"));
    }

    @Test
    void grammarFiles(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("lamps.gram");
        Files.writeString(
                file,
                """
                #JSGF V1.0;
                grammar lamps;
                public <command> = turn (on | off) the (light | radio) [please];
                """);
        try (Service service =
                new SpeechRecogniser().load(Services.settings("grammar", file.toString()))) {
            for (String said : List.of("turn on the radio", "turn off the light please")) {
                assertThat(heard(service, Services.speech(synthesiser, said)))
                        .containsExactly(said);
            }
        }
        Files.writeString(
                file,
                """
                #JSGF V1.0;
                grammar lamps;
                public <command> = turn (on | xyzzyq);
                """);
        refused("'xyzzyq' is not in the pronouncing dictionary", "grammar", file.toString());
        Files.writeString(file, "this is no grammar");
        refused("lamps.gram: ", "grammar", file.toString());
        refused("is no file name.gram", "grammar", folder.resolve("none.gram").toString());
        refused("is no file name.gram", "grammar", "/");
    }

    @Test
    void settingsAreChecked() {
        refused("'xyzzyq' is not in the pronouncing", "phrases", List.of("say xyzzyq now"));
        refused("'...' has 0 characters", "phrases", List.of("..."));
        refused("'STOP!' sounds like 'stop'", "phrases", List.of("stop", "STOP!"));
        refused("both given", "phrases", List.of("stop"), "grammar", "a.gram");
        refused("unknown setting", "words", List.of("stop"));
    }

    /// From loading on.
    @Test
    void sphinxDoesNotLog() {
        heard(recogniser, Services.speech(synthesiser, "stop"));
        assertThat(logged).isEmpty();
    }

    @Test
    void soundThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> heard(recogniser, new Value.Audio(4000, new short[4000 * 301])))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("lasts 301 s, more than 300");
    }

    @Test
    void speechIsDeterministic() {
        Value.Audio first = Services.speech(synthesiser, "Hello, my name is Kevin.");
        Services.speech(synthesiser, "Something else, with 12 numbers!");
        Value.Audio again = Services.speech(synthesiser, "Hello, my name is Kevin.");
        assertThat(again.samples()).isEqualTo(first.samples());
        assertThat(first.sampleRateHz()).isEqualTo(16000);
        assertThat(first.seconds()).isBetween(1.0, 3.0);
        try (Service other = new SpeechSynthesiser().load(Settings.NONE);
                Service fast =
                        new SpeechSynthesiser().load(Services.settings("wordsPerMinute", 300))) {
            assertThat(Services.speech(other, "Hello, my name is Kevin.").samples())
                    .isEqualTo(first.samples());
            assertThat(Services.speech(fast, "Hello, my name is Kevin.").seconds())
                    .isLessThan(0.7 * first.seconds());
        }
    }

    @Test
    void severalLinesAreOneText() {
        Map<String, Value> item = Map.of("text", new Value.Text(List.of("turn off", "the light")));
        Value.Audio sound = Inputs.audio(Services.run(synthesiser, item), "audio");
        assertThat(heard(recogniser, sound)).containsExactly("turn off the light");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "...", "\u4f60\u597d", "\0\u0007", "--- !!! ---"})
    void nothingToSay(String text) {
        assertThatThrownBy(() -> Services.speech(synthesiser, text))
                .isInstanceOf(ServeException.class)
                .hasMessageStartingWith("text: nothing to say in '")
                .hasMessageContaining("\nMaybe ");
    }

    @Test
    void longTextIsRefused() {
        assertThatThrownBy(() -> Services.speech(synthesiser, "a".repeat(2001)))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("2001 characters are more than 2000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "caf\u00e9 na\u00efve \u00fcber",
                "it\u2019s 3.50 EUR <b>bold</b> & 100% $5 http://a.b/c?d=e",
                "1234567890123456789 12:30 12/11/2026 -5 +49 1e10",
                "AbCdEf x y z qqqq bcdfg",
                "1999's \"quoted\" (text) [here] {there} a_b a-b a/b a\\b #1 @me ~ ^ | `"
            })
    void saysWhatItCan(String text) {
        assertThat(Services.speech(synthesiser, text).seconds()).isBetween(0.3, 60.0);
    }

    /// Whatever the text: sound, or bad input.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyTextIsSaidOrRefused(long seed) {
        RandomGenerator random = Seeds.stream(seed, "text");
        for (int i = 0; i < 100; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(1, 12); n > 0; n--) {
                text.append((char) random.nextInt(random.nextInt(4) == 0 ? 0x10000 : 0x80));
            }
            try {
                assertThat(Services.speech(synthesiser, text.toString()).samples()).isNotEmpty();
            } catch (ServeException e) {
                assertThat(e.reason())
                        .as("seed %d, input %d: %s", seed, i, text)
                        .isEqualTo(ServeException.Reason.BAD_INPUT);
            }
        }
    }

    private static void refused(String problem, Object... settings) {
        assertThatThrownBy(() -> new SpeechRecogniser().load(Services.settings(settings)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining("Maybe ");
    }

    private static List<String> heard(Service service, Value.Audio sound) {
        return Services.lines(service.run(List.of(Map.of("audio", sound))).getFirst());
    }
}
