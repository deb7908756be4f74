package dev.lamina.air;

import dev.lamina.base.BadInputException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the server of a federation makes of a round's mean.
///
/// @param kind the mean itself, or a step along the difference that it makes
/// @param rate η, of the step; 1 with `AVERAGE` is plain FedAvg
public record ServerRule(Kind kind, double rate) {
    /// Plain FedAvg.
    public static final ServerRule AVERAGE = new ServerRule(Kind.AVERAGE, 1);

    private static final double ADAM_RATE = 0.01;

    public ServerRule {
        BadInputException.check(
                rate > 0 && rate < Double.POSITIVE_INFINITY,
                "server learning rate " + rate,
                "take 1, or 0.01 for adam.");
    }

    /// A rule by its kind's name in lower case.
    ///
    /// @param rate null for the usual one: 0.01 for adam, 1 for the others
    /// @return null if there is none of that name
    public static @Nullable ServerRule named(String name, @Nullable Double rate) {
        for (Kind kind : Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                double usual = kind == Kind.ADAM ? ADAM_RATE : 1;
                return new ServerRule(kind, rate == null ? usual : rate);
            }
        }
        return null;
    }

    /// Which one.
    public enum Kind {
        /// FedAvg (McMahan et al., arXiv 1602.05629).
        AVERAGE,
        /// FedAvgM (Hsu et al., arXiv 1909.06335), 0.9.
        MOMENTUM,
        /// FedAdam (Reddi et al., arXiv 2003.00295, algorithm 2).
        ADAM
    }
}
