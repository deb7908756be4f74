package dev.lamina.media;

import dev.lamina.base.BadInputException;
import dev.lamina.serve.Port;
import dev.lamina.serve.Service;
import dev.lamina.serve.ServiceKind;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Signature;
import dev.lamina.serve.ValueType;
import java.nio.file.Path;
import java.util.List;

/// Writes down English speech: Sphinx 4 with CMU's generic acoustic model (P. Lamere et al., "The
/// CMU Sphinx-4 Speech Recognition System", ICASSP 2003).
///
/// In: `audio`, any rate. Out: `text`, one line; no line if nothing was said, or nothing that the
/// phrases or the grammar know.
///
/// What may be said is best told: by `phrases`, or by a `grammar` file in JSGF. A loop of phones
/// competes with them and takes what does not sound like them; it takes less than a human would: a
/// sentence that resembles a phrase may still be taken for it. A grammar in which a repeated part
/// may be silent (`(a*)*`) makes Sphinx hang. Without either, a trigram model of general English is
/// used: slow, large, and with more mistakes.
public final class SpeechRecogniser implements ServiceKind {
    static final Signature SIGNATURE =
            new Signature(
                    List.of(new Port("audio", ValueType.AUDIO)),
                    List.of(new Port("text", ValueType.TEXT)));

    @Override
    public String name() {
        return "speech-recogniser";
    }

    @Override
    public String description() {
        return "writes down English speech; settings: phrases (a list of what may be said) or grammar"
                + " (a JSGF file, name.gram); any English if both are left out";
    }

    @Override
    public Signature signature(Settings settings) {
        settings.only("phrases", "grammar");
        Phrases.of(settings.texts("phrases"));
        BadInputException.check(
                settings.text("grammar") == null || settings.texts("phrases").isEmpty(),
                "phrases and grammar are both given",
                "leave one out");
        return SIGNATURE;
    }

    @Override
    public long memoryBytes(Settings settings) {
        // Measured: 190 MiB while loading two phrases, 70 MiB of it in use after; 365 MiB and
        // 165 MiB without a grammar.
        return isOpen(settings) ? 450L << 20 : 200L << 20;
    }

    @Override
    public Service load(Settings settings) {
        signature(settings);
        String grammar = settings.text("grammar");
        if (grammar != null) {
            return new Dictation(Sphinx.ofGrammar(Path.of(grammar)), line -> line);
        }
        if (isOpen(settings)) {
            return new Dictation(Sphinx.ofEnglish(), line -> line);
        }
        Phrases phrases = Phrases.of(settings.texts("phrases"));
        return new Dictation(Sphinx.ofPhrases(phrases.words()), phrases::asGiven);
    }

    private static boolean isOpen(Settings settings) {
        return settings.text("grammar") == null && settings.texts("phrases").isEmpty();
    }
}
