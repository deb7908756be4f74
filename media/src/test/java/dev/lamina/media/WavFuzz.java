package dev.lamina.media;

import dev.lamina.serve.ServeException;
import dev.lamina.serve.Value;
import java.util.List;

/// Any bytes as sound: it is read, or refused as bad input.
public final class WavFuzz {
    private static final short[] SAMPLES = {0, 256, -256, 512};

    private WavFuzz() {}

    /// Called by Jazzer and by [MutationTest].
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            Value.Audio sound = SoundFiles.decode(input);
            if (sound.samples().length == 0 || sound.samples().length > input.length) {
                throw new AssertionError(sound.samples().length + " samples");
            }
        } catch (ServeException e) {
            if (e.reason() != ServeException.Reason.BAD_INPUT) {
                throw e;
            }
        }
    }

    static List<byte[]> seeds() {
        return List.of(
                Wavs.file(1, 1, 16000, 16, Wavs.encoded(1, 16, 1, SAMPLES)),
                Wavs.file(1, 2, 44100, 24, Wavs.encoded(1, 24, 2, SAMPLES)),
                Wavs.file(3, 1, 48000, 32, Wavs.encoded(3, 32, 1, SAMPLES)),
                Wavs.riff(
                        Wavs.chunk("LIST", new byte[5]),
                        Wavs.format(1, 1, 8000, 8),
                        Wavs.chunk("data", new byte[9])));
    }
}
