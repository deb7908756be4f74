package dev.lamina.media;

import dev.lamina.serve.Outcome;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.Service;
import dev.lamina.serve.Value;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// A replica of [SpeechRecogniser].
final class Dictation implements Service {
    private final Sphinx sphinx;
    private final UnaryOperator<String> spelling;

    /// @param spelling of an utterance, from Sphinx's
    Dictation(Sphinx sphinx, UnaryOperator<String> spelling) {
        this.sphinx = sphinx;
        this.spelling = spelling;
    }

    @Override
    public List<Outcome> run(List<Map<String, Value>> items) {
        return items.stream().map(item -> Outcome.of(() -> dictated(item))).toList();
    }

    @Override
    public void close() {
        sphinx.close();
    }

    private Map<String, Value> dictated(Map<String, Value> item) {
        Value.Audio audio = Inputs.audio(item, "audio");
        ServeException.check(
                audio.seconds() <= SoundFiles.MOST_SECONDS,
                "audio: lasts "
                        + Math.round(audio.seconds())
                        + " s, more than "
                        + SoundFiles.MOST_SECONDS,
                "cut it into parts");
        short[] samples = SoundFiles.resample(audio, Sphinx.RATE_HZ).samples();
        String line =
                sphinx.utterances(samples).stream().map(spelling).collect(Collectors.joining(" "));
        return Map.of("text", new Value.Text(line.isEmpty() ? List.of() : List.of(line)));
    }
}
