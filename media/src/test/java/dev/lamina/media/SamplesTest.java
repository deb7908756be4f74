package dev.lamina.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.serve.Service;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The samples of the repository, and those made now, are what they are said to be.
class SamplesTest {

    @Test
    void picturesAreRead() throws IOException {
        try (Service detector = new OcrDetector().load(Settings.NONE);
                Service recogniser = new OcrRecogniser().load(Settings.NONE)) {
            for (Map.Entry<String, byte[]> made : Samples.all().entrySet()) {
                String name = made.getKey();
                if (name.endsWith(".png")) {
                    List<String> lines = name.equals("sign.png") ? Samples.SIGN : Samples.INVOICE;
                    assertThat(read(detector, recogniser, made.getValue())).isEqualTo(lines);
                    assertThat(read(detector, recogniser, committed(name))).isEqualTo(lines);
                }
            }
        }
    }

    @Test
    void soundsAreHeard() throws IOException {
        try (Service recogniser =
                new SpeechRecogniser()
                        .load(
                                Services.settings(
                                        "phrases", List.of(Samples.COMMAND, "read the invoice")))) {
            assertThat(heard(recogniser, "command.wav")).containsExactly(Samples.COMMAND);
            assertThat(heard(recogniser, "silence.wav")).isEmpty();
        }
    }

    private static List<String> read(Service detector, Service recogniser, byte[] file) {
        Map<String, Value> item = Services.detected(detector, ImageFiles.decode(file));
        return Services.lines(recogniser.run(List.of(item)).getFirst());
    }

    private static List<String> heard(Service recogniser, String name) throws IOException {
        Value.Audio sound = SoundFiles.decode(committed(name));
        return Services.lines(recogniser.run(List.of(Map.of("audio", sound))).getFirst());
    }

    private static byte[] committed(String name) throws IOException {
        byte[] file = Files.readAllBytes(Samples.FOLDER.resolve(name));
        assertThat(file.length).isLessThan(300_000);
        return file;
    }
}
