package dev.lamina.train;

import dev.lamina.base.Seeds;
import dev.lamina.lam.TokenBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/// A device's samples as an endless sequence of batches, one pass after another. The order of each
/// pass depends only on seed, device and pass, so any step's batch can be found again without a
/// stored state.
///
/// Texts of similar length share a batch, which saves padding: a pass is shuffled, taken in runs of
/// [#GROUP] batches, each run sorted by length and cut into batches, and the batches are shuffled
/// again.
final class Batches {
    /// Batches that are sorted together.
    static final int GROUP = 16;

    private final List<TokenizedSample> samples;
    private final int batchSize;
    private final long seed;
    private final int device;
    private int pass = -1;
    private List<List<TokenizedSample>> batches = List.of();

    Batches(List<TokenizedSample> samples, int batchSize, long seed, int device) {
        this.samples = List.copyOf(samples);
        this.batchSize = batchSize;
        this.seed = seed;
        this.device = device;
    }

    /// Number of samples in a pass.
    int samples() {
        return samples.size();
    }

    /// The shape of a batch, on the mean over a pass.
    BatchShape typical() {
        List<BatchShape> all = order(0).stream().map(BatchShape::of).toList();
        double texts = all.stream().mapToInt(BatchShape::texts).average().orElse(1);
        double tokens = all.stream().mapToInt(BatchShape::tokens).average().orElse(1);
        return new BatchShape((int) Math.round(texts), (int) Math.round(tokens));
    }

    /// Batches in a pass; the last may be smaller.
    int perPass() {
        return Math.ceilDiv(samples.size(), batchSize);
    }

    /// The batch of a step, counted from 0 over all passes.
    List<TokenizedSample> at(int step) {
        if (step / perPass() != pass) {
            pass = step / perPass();
            batches = order(pass);
        }
        return batches.get(step % perPass());
    }

    private List<List<TokenizedSample>> order(int pass) {
        RandomGenerator random = Seeds.stream(seed, "batches", device, pass);
        List<TokenizedSample> shuffled = new ArrayList<>(samples);
        Collections.shuffle(shuffled, java.util.Random.from(random));
        List<List<TokenizedSample>> ordered = new ArrayList<>();
        int run = batchSize * GROUP;
        for (int from = 0; from < shuffled.size(); from += run) {
            List<TokenizedSample> group =
                    new ArrayList<>(shuffled.subList(from, Math.min(shuffled.size(), from + run)));
            group.sort(Comparator.comparingInt(s -> s.tokens().length));
            for (int at = 0; at < group.size(); at += batchSize) {
                ordered.add(List.copyOf(group.subList(at, Math.min(group.size(), at + batchSize))));
            }
        }
        Collections.shuffle(ordered, java.util.Random.from(random));
        return ordered;
    }

    static TokenBatch tokens(List<TokenizedSample> batch) {
        return new TokenBatch(batch.stream().map(TokenizedSample::tokens).toList());
    }

    static int[] labels(List<TokenizedSample> batch) {
        return batch.stream().mapToInt(TokenizedSample::label).toArray();
    }
}
