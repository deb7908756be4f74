package dev.lamina.train;

import dev.lamina.base.BadInputException;
import dev.lamina.lam.Lora;
import dev.lamina.nn.TensorCodec;
import java.util.List;
import java.util.stream.Collectors;

/// With which ranks devices take part in one adapter, and how their pairs are joined.
///
/// The spec's [Lora] is the global adapter: its rank R is the greatest. A device of rank r trains
/// with the scaling of the global adapter, s = α/R, not α/r (derived): only then is a pair of rank
/// r the same as one of rank R whose other rows and columns are zero, so that pairs can be padded,
/// cut short and stacked without a correction.
///
/// @param ranks one for each device; none where all have R
/// @param method of aggregation
public record Joining(List<Integer> ranks, RankAggregation method) {
    /// Equal ranks, A and B averaged apart.
    public static final Joining PLAIN = new Joining(List.of(), RankAggregation.AVERAGE);

    public Joining {
        ranks = List.copyOf(ranks);
    }

    /// From the ranks as they are given: one for all devices, or one for each.
    public static Joining of(List<Integer> ranks, RankAggregation method) {
        return new Joining(ranks.size() == 1 ? List.of() : ranks, method);
    }

    /// A device's rank.
    int rank(int device, Lora global) {
        return ranks.isEmpty() ? global.rank() : ranks.get(device);
    }

    /// The rank of the pairs that the server sends to a device.
    int sentRank(int device, FinetuneSpec spec) {
        return method == RankAggregation.STACK
                ? spec.rankOfEach().stream().mapToInt(Integer::intValue).sum()
                : rank(device, spec.lora());
    }

    /// That of some of the devices.
    Joining only(List<Integer> devices) {
        return ranks.isEmpty()
                ? this
                : new Joining(devices.stream().map(ranks::get).toList(), method);
    }

    private boolean equal() {
        return ranks.stream().distinct().count() <= 1;
    }

    /// Whether it is what every scheme and a network can do.
    boolean isPlain() {
        return method == RankAggregation.AVERAGE && equal();
    }

    private String text() {
        return ranks.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /// Checks that it fits a run.
    ///
    /// @throws BadInputException if it does not
    void check(Scheme scheme, int devices, Lora global, TensorCodec updateCodec) {
        BadInputException.check(
                ranks.isEmpty() || ranks.size() == devices,
                "rank names %d numbers for %d devices".formatted(ranks.size(), devices),
                "give one number for all devices, or one for each.");
        for (int rank : ranks) {
            BadInputException.check(rank >= 1, "rank " + rank + " is below 1", "take --rank 16.");
            BadInputException.check(
                    rank <= global.rank(),
                    "rank " + rank + " is above " + global.rank() + ", the global one",
                    "the adapter's rank is the greatest of all devices'.");
        }
        BadInputException.check(
                method != RankAggregation.AVERAGE || equal(),
                "aggregation average needs equal ranks, and rank is " + text(),
                "take --aggregation zero-pad, svd, stack or ffa, or one --rank for all.");
        boolean joins =
                switch (scheme) {
                    case FEDERATED, SHARED, PARALLEL -> true;
                    case CENTRAL, SEQUENTIAL, USHAPE -> false;
                };
        BadInputException.check(
                joins || isPlain(),
                (equal() ? "aggregation " + method : "rank " + text())
                        + " is not for scheme "
                        + scheme
                        + ", which has one adapter at a time",
                "take --scheme federated, shared or parallel.");
        BadInputException.check(
                updateCodec instanceof TensorCodec.Fp32 || !method.restarts(),
                "update-codec "
                        + updateCodec.name()
                        + " keeps what it loses for the next round, whose pairs have other axes with"
                        + " aggregation "
                        + method,
                "take --update-codec fp32, or --aggregation zero-pad or ffa.");
    }

    /// Checks that it can be done over a network, where devices' ranks are all the same so far.
    ///
    /// @throws BadInputException if it cannot
    void checkNetwork() {
        BadInputException.check(
                isPlain(),
                (equal() ? "aggregation " + method : "rank " + text())
                        + " is for runs in one process",
                "take --aggregation average with one --rank, or 'lamina finetune'.");
    }
}
