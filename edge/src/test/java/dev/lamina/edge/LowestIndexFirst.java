package dev.lamina.edge;

import java.util.List;

/// An order that a library on the class path might bring.
public final class LowestIndexFirst implements ServerOrderProvider {
    record Order(long seed) implements ServerOrder {
        @Override
        public String spec() {
            return "lowest-index-first";
        }

        @Override
        public double[] priorities(List<Job> jobs) {
            return new double[jobs.size()];
        }
    }

    @Override
    public String name() {
        return "lowest-index-first";
    }

    @Override
    public ServerOrder create(long seed) {
        return new Order(seed);
    }
}
