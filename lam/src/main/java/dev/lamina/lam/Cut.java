package dev.lamina.lam;

import dev.lamina.base.BadInputException;
import java.util.List;
import java.util.Objects;

/// Where a model is cut between a device and the server ([B] III; [A] II-A is `blocks = 0` with the
/// head on the device, the U shape).
///
/// @param blocks how many blocks stay on the device, after the embedding; 0 to L
/// @param headOnDevice whether the task module is on the device, so that labels never leave it. The
///   server then ends with the pooled vectors: pooling has no weights, and what crosses the cut is
///   a token's share of what it would be
public record Cut(int blocks, boolean headOnDevice) {

    /// The three runs of modules that a cut makes: device, server, device again. The latter two may
    /// be empty.
    public record Parts(Segment lower, Segment middle, Segment upper) {
        /// Both parts on the device, for a file: the head next to the blocks below the cut, though
        /// those of the server are in between.
        public Segment ofDevice() {
            return upper.head() == null
                    ? lower
                    : new Segment(lower.embeddings(), 0, lower.blocks(), upper.head());
        }
    }

    /// The cut that leaves nothing to the server.
    public static Cut none(int layers) {
        return new Cut(layers, true);
    }

    /// Cuts a whole model. Running the parts one after another is the same computation as running
    /// the whole.
    ///
    /// @throws BadInputException if there are more blocks on the device than the model has
    public Parts apply(Segment whole) {
        int layers = whole.blocks().size();
        BadInputException.check(
                blocks >= 0 && blocks <= layers,
                "cut " + blocks + " is outside 0.." + layers + ", the blocks of this model",
                "take --cut 1: one block on each device, the rest on the server.");
        Segment all = new Segment(whole.embeddings(), 0, whole.blocks().subList(0, blocks), null);
        List<Bert.Block> rest = whole.blocks().subList(blocks, layers);
        if (!headOnDevice) {
            return new Parts(all, new Segment(null, blocks, rest, whole.head()), empty(layers));
        }
        if (rest.isEmpty()) {
            return new Parts(
                    new Segment(all.embeddings(), 0, all.blocks(), whole.head()),
                    empty(layers),
                    empty(layers));
        }
        Head head = Objects.requireNonNull(whole.head());
        return new Parts(
                all,
                new Segment(null, blocks, rest, head.pooling(), null),
                new Segment(
                        null,
                        layers,
                        List.of(),
                        new Head(Head.Pooling.DONE, head.weight(), head.bias())));
    }

    private static Segment empty(int layers) {
        return new Segment(null, layers, List.of(), null);
    }
}
