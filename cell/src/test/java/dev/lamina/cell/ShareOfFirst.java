package dev.lamina.cell;

/// A policy of one's own: the first device gets the share in the argument.
public final class ShareOfFirst implements AllocationPolicyProvider {
    @Override
    public String name() {
        return "share-of-first";
    }

    @Override
    public AllocationPolicy create(String argument, long seed) {
        return new AllocationPolicy() {
            @Override
            public String name() {
                return "share-of-first:" + argument;
            }

            @Override
            public Allocation allocate(RoundState state) {
                double[] shares = new double[state.candidates().size()];
                shares[0] = Double.parseDouble(argument);
                return Allocation.of(state, shares, Double.NaN);
            }
        };
    }
}
