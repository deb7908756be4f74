package dev.lamina.media;

import dev.lamina.serve.Port;
import dev.lamina.serve.Service;
import dev.lamina.serve.ServiceKind;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Signature;
import dev.lamina.serve.ValueType;
import java.util.List;

/// Speaks English: FreeTTS 1.2 with its diphone voice kevin16 (after Flite: A. Black and K. Lenzo,
/// SSW4, 2001). The same text gives the same sound.
///
/// In: `text`, at most 2,000 characters, lines as one. Out: `audio`, 16 kHz.
public final class SpeechSynthesiser implements ServiceKind {
    static final Signature SIGNATURE =
            new Signature(
                    List.of(new Port("text", ValueType.TEXT)),
                    List.of(new Port("audio", ValueType.AUDIO)));

    @Override
    public String name() {
        return "speech-synthesiser";
    }

    @Override
    public String description() {
        return "speaks English text; settings: wordsPerMinute (50 to 400; 150 if left out)";
    }

    @Override
    public Signature signature(Settings settings) {
        settings.only("wordsPerMinute");
        wordsPerMinute(settings);
        return SIGNATURE;
    }

    @Override
    public long memoryBytes(Settings settings) {
        return 96L << 20; // measured: 40 MiB when loaded, 90 MiB after two minutes of speech
    }

    @Override
    public Service load(Settings settings) {
        signature(settings);
        return new Speaker(wordsPerMinute(settings));
    }

    private static int wordsPerMinute(Settings settings) {
        return settings.integer("wordsPerMinute", 150, 50, 400);
    }
}
