package dev.lamina.lam;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.lamina.base.BadInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Text to token ids, after a Hugging Face `tokenizer.json`. Truncation and padding that the file
/// may ask for are not done: the length is the caller's, and batches pad themselves.
public final class TextTokenizer implements AutoCloseable {
    private static final int CHUNK = 256;

    /// Characters for each token wanted that are surely enough for ordinary text.
    private static final int CHARACTERS = 16;

    /// So many tokens before a cut might be others without it.
    private static final int MARGIN = 16;

    private final byte[] json;
    private final HuggingFaceTokenizer tokenizer;
    private final int vocabulary;

    /// Reads a tokenizer.
    ///
    /// @param json content of a `tokenizer.json`
    /// @param source where it is from, for errors
    /// @throws BadInputException if it is not one
    public TextTokenizer(byte[] json, String source) {
        this.json = json;
        try {
            vocabulary = vocabulary(JsonMapper.shared().readTree(json));
            tokenizer =
                    HuggingFaceTokenizer.newInstance(
                            new ByteArrayInputStream(json),
                            Map.of("padding", "false", "truncation", "false"));
        } catch (JacksonException e) {
            throw new BadInputException(
                    source + ": not JSON: " + e.getOriginalMessage(),
                    "the download was cut short.");
        } catch (IOException e) {
            throw new UncheckedIOException(source + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new BadInputException(
                    source + ": not a tokenizer: " + e.getMessage(),
                    "it is from another library; save one with Hugging Face tokenizers.");
        }
    }

    /// One more than the highest token id.
    public int vocabulary() {
        return vocabulary;
    }

    /// The `tokenizer.json` that it was made from.
    public byte[] json() {
        return json.clone();
    }

    /// Token ids of each text, with the special tokens, at most `maxTokens` of them: a longer text
    /// loses its end, and keeps the last special token.
    public List<int[]> encode(List<String> texts, int maxTokens) {
        List<int[]> all = new ArrayList<>(texts.size());
        for (int from = 0; from < texts.size(); from += CHUNK) {
            List<String> chunk = texts.subList(from, Math.min(texts.size(), from + CHUNK));
            for (Encoding encoding : tokenizer.batchEncode(chunk, true, false)) {
                all.add(truncate(encoding.getIds(), maxTokens));
            }
        }
        return all;
    }

    /// The same of one text, without what a batch costs. Of a long text only so much is looked at
    /// as is needed: a megabyte costs no more than a page.
    public int[] encode(String text, int maxTokens) {
        long length = (long) CHARACTERS * (maxTokens + MARGIN);
        for (; length < text.length(); length *= 4) {
            int end = lastGap(text, (int) length);
            long[] ids = end > 0 ? ids(text.substring(0, end)) : new long[0];
            if (ids.length > maxTokens + MARGIN) {
                return truncate(ids, maxTokens);
            }
        }
        return truncate(ids(text), maxTokens);
    }

    private long[] ids(String text) {
        return tokenizer.encode(text, true, false).getIds();
    }

    /// The last place that is not within a word.
    private static int lastGap(String text, int before) {
        int end = before;
        while (end > 0
                && (Character.isLetterOrDigit(text.charAt(end))
                        || Character.isSurrogate(text.charAt(end)))) {
            end--;
        }
        return end;
    }

    private static int[] truncate(long[] ids, int maxTokens) {
        int[] tokens = Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
        if (tokens.length <= maxTokens) {
            return tokens;
        }
        int[] cut = Arrays.copyOf(tokens, maxTokens);
        cut[maxTokens - 1] = tokens[tokens.length - 1];
        return cut;
    }

    private static int vocabulary(JsonNode root) {
        int highest = -1;
        for (JsonNode id : root.path("model").path("vocab")) {
            highest = Math.max(highest, id.isInt() ? id.asInt() : -1);
        }
        for (JsonNode token : root.path("added_tokens")) {
            highest = Math.max(highest, token.path("id").asInt(-1));
        }
        return highest + 1;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
