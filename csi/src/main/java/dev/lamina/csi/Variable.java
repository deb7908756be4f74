package dev.lamina.csi;

import dev.lamina.base.Shown;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An array in a file.
interface Variable {
    /// Takes elements of an array.
    @FunctionalInterface
    interface Sink {
        /// Takes elements that stand one after another.
        ///
        /// @param data holds them
        /// @param at where the first begins in `data`
        /// @param index of the first in the array, counted in the order of the file
        /// @param count how many
        void put(MemorySegment data, long at, long index, long count);
    }

    String name();

    /// What its elements are; null if they are not numbers that this module reads.
    @Nullable ElementType type();

    /// Lengths of the axes, as the array's owner counts them.
    List<Long> shape();

    /// Whether the first axis is the fastest in the file (Fortran, MATLAB), not the last.
    boolean firstAxisFastest();

    /// Before room is made for the elements. The shape has no axis of length 0.
    ///
    /// @throws dev.lamina.base.BadInputException if the file cannot hold as many as it announces,
    ///   or would expand beyond measure
    void check();

    /// Passes all elements to the sink, each once, after [#check].
    ///
    /// @throws dev.lamina.base.BadInputException if the file does not hold what it announces
    void read(Sink sink);

    /// Name and shape, for messages.
    default String shown() {
        return Shown.quoted(name()) + " " + shape();
    }
}
