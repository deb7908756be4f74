package dev.lamina.media;

import dev.lamina.serve.Service;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Makes the pictures and sounds in `recipes/samples`, which recipes and guides use. To make them
/// again, after `mvn test-compile`, run this class in the folder `media`, with the test class path.
final class Samples {
    /// Surefire runs in the module's folder.
    static final Path FOLDER = Path.of("..", "recipes", "samples");

    static final List<String> SIGN = List.of("a large wild animal", "that lives in the forest");
    static final List<String> INVOICE =
            List.of(
                    "Invoice 2026-042",
                    "Edge server, 2 units: 480.00 EUR",
                    "Antenna, 4 units: 96.50 EUR",
                    "Total: 576.50 EUR",
                    "Payment within 30 days");
    static final String COMMAND = "a large wild animal";

    private Samples() {}

    /// Files by name.
    static SequencedMap<String, byte[]> all() {
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        files.put("sign.png", png(Rendered.image(240, 640, 44, 0, SIGN)));
        files.put("invoice.png", png(Rendered.image(480, 800, 36, 2, INVOICE)));
        try (Service synthesiser = new SpeechSynthesiser().load(Settings.NONE)) {
            files.put("command.wav", SoundFiles.encodeWav(Services.speech(synthesiser, COMMAND)));
        }
        files.put("silence.wav", SoundFiles.encodeWav(new Value.Audio(16000, new short[32000])));
        return files;
    }

    /// Writes them.
    public static void main(String[] args) throws IOException {
        Files.createDirectories(FOLDER);
        for (var file : all().entrySet()) {
            Files.write(FOLDER.resolve(file.getKey()), file.getValue());
        }
    }

    private static byte[] png(java.awt.image.BufferedImage image) {
        return ImageFiles.encodePng(Rendered.picture(image));
    }
}
