package dev.lamina.nn;

/// Sizes of shapes that come from outside.
final class Shapes {
    /// Above any tensor that fits an address space, and low enough for sixteen bytes an element.
    private static final long LARGEST = 1L << 58;

    private Shapes() {}

    /// The number of elements, or -1 if a dimension is negative or the number is above 2^58.
    static long sizeOrMinusOne(long[] shape) {
        long size = 1;
        for (long d : shape) {
            if (d < 0 || (size != 0 && d > LARGEST / size)) {
                return -1;
            }
            size *= d;
        }
        return size;
    }
}
