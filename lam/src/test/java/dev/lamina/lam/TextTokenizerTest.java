package dev.lamina.lam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.base.Seeds;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TextTokenizerTest {
    private static final List<String> PIECES =
            List.of(
                    "boat",
                    " ",
                    "  ",
                    "unbelievably ",
                    ".",
                    ",;!",
                    "\n",
                    "caf\u00e9 ",
                    "e\u0301",
                    "\u4e2d\u6587",
                    "\ud83d\ude00",
                    "x".repeat(90),
                    "x".repeat(120),
                    "don't ",
                    "3.14");

    /// Of one long text only the beginning is looked at; in a batch each text is taken whole.
    @Test
    void aLongTextBeginsLikeItself() {
        try (ModelFiles files = ModelFiles.open("minilm", 0);
                TextTokenizer tokenizer = files.tokenizer()) {
            for (int seed = 0; seed < 40; seed++) {
                RandomGenerator random = Seeds.stream(seed, "long texts");
                int kinds = 1 + random.nextInt(PIECES.size());
                int from = random.nextInt(PIECES.size());
                StringBuilder text = new StringBuilder();
                int length = 200 + random.nextInt(30_000);
                while (text.length() < length) {
                    text.append(PIECES.get((from + random.nextInt(kinds)) % PIECES.size()));
                }
                for (int most : new int[] {2, 8, 256}) {
                    assertThat(tokenizer.encode(text.toString(), most))
                            .as("seed %d, at most %d", seed, most)
                            .isEqualTo(tokenizer.encode(List.of(text.toString()), most).getFirst());
                }
            }
        }
    }
}
