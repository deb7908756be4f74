package dev.lamina.train;

import dev.lamina.data.Sample;
import dev.lamina.lam.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A labelled text as token ids.
final class TokenizedSample {
    private final int[] tokens;
    private final int label;

    TokenizedSample(int[] tokens, int label) {
        this.tokens = tokens;
        this.label = label;
    }

    static List<TokenizedSample> of(List<Sample> samples, TextTokenizer tokenizer, int seqLen) {
        List<int[]> tokens = tokenizer.encode(samples.stream().map(Sample::text).toList(), seqLen);
        List<TokenizedSample> all = new ArrayList<>(samples.size());
        for (int i = 0; i < samples.size(); i++) {
            all.add(new TokenizedSample(tokens.get(i), samples.get(i).label()));
        }
        return all;
    }

    /// Token ids, not a copy.
    int[] tokens() {
        return tokens;
    }

    int label() {
        return label;
    }

    @Override
    public String toString() {
        return label + " " + Arrays.toString(tokens);
    }
}
