package dev.lamina.media;

import com.sun.speech.freetts.OutputQueue;
import com.sun.speech.freetts.Voice;
import com.sun.speech.freetts.en.us.cmu_us_kal.KevinVoiceDirectory;
import dev.lamina.base.Shown;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.Service;
import dev.lamina.serve.Value;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A replica of [SpeechSynthesiser].
final class Speaker implements Service {
    private static final String VOICE = "kevin16";
    private static final int MOST_CHARACTERS = 2000;

    /// FreeTTS keeps its timers in static lists that know no threads.
    private static final Object LOADING = new Object();

    private final Voice voice;

    Speaker(int wordsPerMinute) {
        // Named, not looked up by VoiceManager, which reads files where the class path lies.
        voice =
                Arrays.stream(new KevinVoiceDirectory().getVoices())
                        .filter(candidate -> candidate.getName().equals(VOICE))
                        .findFirst()
                        .orElseThrow();
        synchronized (LOADING) {
            // With a queue it would start a thread that plays; without one, speaking is a call.
            voice.setOutputQueue(new OutputQueue());
            voice.allocate();
        }
        voice.setOutputQueue(null);
        voice.setRate(wordsPerMinute);
    }

    @Override
    public List<Outcome> run(List<Map<String, Value>> items) {
        return items.stream()
                .map(item -> Outcome.of(() -> Map.of("audio", speak(Inputs.text(item, "text")))))
                .toList();
    }

    @Override
    public void close() {
        synchronized (LOADING) {
            voice.setOutputQueue(new OutputQueue());
            voice.deallocate();
        }
    }

    private Value.Audio speak(Value.Text text) {
        String joined = text.joined();
        ServeException.check(
                joined.length() <= MOST_CHARACTERS,
                "text: " + joined.length() + " characters are more than " + MOST_CHARACTERS,
                "cut it into parts");
        String speakable = speakable(joined);
        ServeException.check(
                speakable.chars().anyMatch(Character::isLetterOrDigit),
                "text: nothing to say in " + Shown.quoted(joined),
                "write English words or numbers");
        SoundCollector collector = new SoundCollector();
        voice.setAudioPlayer(collector);
        boolean spoken;
        try {
            spoken = voice.speak(speakable);
        } catch (RuntimeException e) {
            throw new ServeException(
                    Reason.BAD_INPUT,
                    "text: FreeTTS cannot say "
                            + Shown.quoted(joined)
                            + "\nMaybe write it in plain English words",
                    e);
        }
        ServeException.check(
                !collector.isFull(),
                "text: takes longer to say than " + SoundFiles.MOST_SECONDS + " s",
                "cut it into parts; long numbers take long");
        Value.Audio audio = collector.audio();
        ServeException.check(
                spoken && audio.samples().length > 0,
                "text: FreeTTS says nothing to " + Shown.quoted(joined),
                "write it in plain English words");
        return audio;
    }

    /// In ASCII, all that the voice's rules know: accents are taken off, other scripts left out.
    private static String speakable(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}", "")
                .replace('\u2019', '\'')
                .replaceAll("[^\\x20-\\x7e]", " ")
                .strip();
    }
}
