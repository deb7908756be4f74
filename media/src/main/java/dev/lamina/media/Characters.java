package dev.lamina.media;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/// What the recogniser's outputs stand for: 0 is the blank of CTC, the last one a space, the others
/// the lines of the file of keys.
///
/// @param texts by output
record Characters(List<String> texts) {
    private static final int BLANK = 0;

    /// A line that was read.
    record Line(String text, double score) {}

    static Characters parse(byte[] keys) {
        return new Characters(
                Stream.of(
                                Stream.of(""),
                                new String(keys, StandardCharsets.UTF_8).lines(),
                                Stream.of(" "))
                        .flatMap(part -> part)
                        .toList());
    }

    /// The best path (A. Graves et al., "Connectionist Temporal Classification", ICML 2006, section
    /// 3.2): the likeliest output of each step, repetitions as one, without blanks.
    ///
    /// @param probabilities `[steps, outputs]` from `at` on
    /// @return the text without spaces at its ends; as score the mean probability of its
    ///   characters, 0 if there are none
    Line decode(float[] probabilities, int at, int steps) {
        StringBuilder text = new StringBuilder();
        double sum = 0;
        int count = 0;
        int before = BLANK;
        for (int t = 0; t < steps; t++) {
            int row = at + t * texts.size();
            int best = 0;
            for (int i = 1; i < texts.size(); i++) {
                if (probabilities[row + i] > probabilities[row + best]) {
                    best = i;
                }
            }
            if (best != BLANK && best != before) {
                text.append(texts.get(best));
                sum += probabilities[row + best];
                count++;
            }
            before = best;
        }
        return new Line(text.toString().strip(), count == 0 ? 0 : sum / count);
    }
}
