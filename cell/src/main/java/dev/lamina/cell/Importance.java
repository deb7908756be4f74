package dev.lamina.cell;

/// w_t: how much a round's samples count for the bound on convergence that paper [A]'s problem
/// minimises.
public sealed interface Importance {
    /// The weight of a round; the mean over all rounds is 1.
    double weight(int round, int rounds);

    /// All rounds count the same.
    record Constant() implements Importance {
        @Override
        public double weight(int round, int rounds) {
            return 1;
        }
    }

    /// w_t = ρ^(R-1-t), scaled to mean 1: each round shrinks the noise of those before it by ρ, so
    /// late rounds count most (derived; ρ = 1 - η μ of a strongly convex loss).
    ///
    /// @param contraction ρ, above 0 and below 1
    record Contraction(double contraction) implements Importance {
        public Contraction {
            Checks.positive("contraction", contraction);
            Checks.between("contraction", contraction, 0, Math.nextDown(1.0));
        }

        @Override
        public double weight(int round, int rounds) {
            double sum = -Math.expm1(rounds * Math.log(contraction)) / (1 - contraction);
            return Math.pow(contraction, rounds - 1 - round) * rounds / sum;
        }
    }
}
