package dev.lamina.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Broken files end in a message or in a data set, never in another exception.
class ReaderFuzzTest {
    private static final int RUNS = 2_000;

    /// What the formats give a meaning to.
    private static final String[] TOKENS = {
        ";",
        ",",
        "\t",
        "\"",
        "\n",
        "\r",
        "\r\n",
        "\0",
        "{",
        "}",
        "[",
        ":",
        "\\",
        "\\ud800",
        "null",
        "1e999",
        "text",
        "label",
        "\uFEFF",
        " ",
        "-",
        "99999999999999999999"
    };

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void onlyBadInputEscapes(DatasetFormat format) {
        byte[] valid = valid(format).getBytes(StandardCharsets.UTF_8);
        int loaded = 0;
        for (long seed = 0; seed < RUNS; seed++) {
            Path file =
                    Fixtures.write(
                            folder,
                            "d." + format.extension(),
                            mutated(valid, Seeds.stream(seed, format)));
            try {
                TextDataset dataset = Fixtures.load(file);
                assertThat(dataset.train()).isNotEmpty();
                loaded++;
            } catch (BadInputException e) {
                assertThat(e.getMessage())
                        .as("seed %d", seed)
                        .contains(file.toString())
                        .contains("Maybe ");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " of " + format, e);
            }
        }
        assertThat(loaded)
                .as("runs in which the mutation did no harm")
                .isBetween(RUNS / 20, RUNS * 19 / 20);
    }

    private static String valid(DatasetFormat format) {
        var content = new StringBuilder();
        if (format == DatasetFormat.CSV || format == DatasetFormat.TSV) {
            content.append(format == DatasetFormat.CSV ? "text,label\n" : "text\tlabel\n");
        }
        for (int i = 0; i < 12; i++) {
            String text = "t\u00e9xt " + i;
            String label = i % 2 == 0 ? "yes" : "no";
            content.append(
                    switch (format) {
                        case TXT -> text + ";" + label;
                        case CSV -> "\"" + text + "\"," + label;
                        case TSV -> text + "\t" + label;
                        case JSONL -> "{\"text\": \"" + text + "\", \"label\": \"" + label + "\"}";
                    });
            content.append('\n');
        }
        return content.toString();
    }

    private static byte[] mutated(byte[] valid, RandomGenerator random) {
        byte[] bytes = valid;
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(bytes.length + 1);
            int to = Math.min(bytes.length, at + random.nextInt(8));
            switch (random.nextInt(5)) {
                case 0 -> bytes = spliced(bytes, at, to, new byte[0]);
                case 1 -> bytes = spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
                case 2 -> bytes = spliced(bytes, at, to, new byte[] {(byte) random.nextInt(256)});
                case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                default -> {
                    String token = TOKENS[random.nextInt(TOKENS.length)];
                    bytes = spliced(bytes, at, at, token.getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
        byte[] result = new byte[from + middle.length + bytes.length - to];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(middle, 0, result, from, middle.length);
        System.arraycopy(bytes, to, result, from + middle.length, bytes.length - to);
        return result;
    }
}
