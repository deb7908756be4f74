package dev.lamina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What the tests of this module share.
final class Fixtures {
    private Fixtures() {}

    static Path write(Path folder, String name, String content) {
        return write(folder, name, content.getBytes(StandardCharsets.UTF_8));
    }

    static Path write(Path folder, String name, byte[] content) {
        try {
            return Files.write(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TextDataset load(Path path) {
        return TextDatasets.load(path.toString(), 1);
    }

    /// A `.txt` file with `perClass` different texts in each class.
    static String lines(String prefix, int perClass, String... labels) {
        var text = new StringBuilder();
        for (int i = 0; i < perClass; i++) {
            for (String label : labels) {
                text.append(prefix).append(' ').append(label).append(' ').append(i).append(';');
                text.append(label).append('\n');
            }
        }
        return text.toString();
    }

    /// `perClass` different texts in each of the classes.
    static List<Sample> samples(int classes, int perClass) {
        var samples = new ArrayList<Sample>();
        for (int i = 0; i < perClass; i++) {
            for (int c = 0; c < classes; c++) {
                samples.add(new Sample("text " + i + " of class " + c, c));
            }
        }
        return samples;
    }

    /// Asserts that the call ends in one message with all of these parts and a "Maybe".
    static void assertBadInput(ThrowingCallable call, String... parts) {
        BadInputException e = catchThrowableOfType(BadInputException.class, call);
        assertThat(e).as("BadInputException").isNotNull();
        assertThat(e.getMessage()).contains(parts).contains("Maybe ");
    }
}
