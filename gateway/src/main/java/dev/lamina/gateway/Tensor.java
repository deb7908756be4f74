package dev.lamina.gateway;

import dev.lamina.base.Shown;
import dev.lamina.serve.ServeException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An input tensor of the Open Inference Protocol, as it came over JSON or gRPC.
///
/// @param shape as claimed; the number of elements has been held against it
/// @param parameters text, numbers and booleans by name
@SuppressWarnings("ArrayRecordComponent")
record Tensor(
        String name,
        String datatype,
        long[] shape,
        Elements elements,
        Map<String, Object> parameters) {

    /// The most dimensions that a tensor may have.
    static final int MOST_DIMENSIONS = 8;

    /// Its data, one after the other in row-major order. Reading one as what it is not is bad
    /// input.
    interface Elements {
        int count();

        /// An integer.
        long integer(int index);

        /// A real number that fp32 holds.
        float real(int index);

        /// A text of a BYTES tensor.
        String text(int index);

        /// A file in a BYTES tensor: base64 in JSON, bytes as they are in gRPC.
        byte[] file(int index);
    }

    Tensor {
        ServeException.check(
                shape.length <= MOST_DIMENSIONS,
                at(name) + shape.length + " dimensions",
                "take at most " + MOST_DIMENSIONS);
        long size = 1;
        for (long length : shape) {
            ServeException.check(
                    length >= 0 && length <= Integer.MAX_VALUE,
                    at(name) + "shape " + shown(shape),
                    "give lengths from 0 to " + Integer.MAX_VALUE);
            size = Math.multiplyHigh(size, length) != 0 ? Long.MAX_VALUE : size * length;
            ServeException.check(
                    size <= Integer.MAX_VALUE,
                    at(name) + "shape " + shown(shape) + " has too many elements",
                    "cut it into parts");
        }
        ServeException.check(
                size == elements.count(),
                at(name)
                        + "shape "
                        + shown(shape)
                        + " asks for "
                        + size
                        + " elements, data has "
                        + elements.count(),
                "shape or data is mistaken");
    }

    /// A parameter that is a whole number; null if it is not there.
    @Nullable Long wholeParameter(String parameter) {
        Object value = parameters.get(parameter);
        if (value == null) {
            return null;
        }
        if (value instanceof Long l) {
            return l;
        }
        throw new ServeException(
                ServeException.Reason.BAD_INPUT,
                at(name) + "parameter " + parameter + " is no whole number\nMaybe write 16000");
    }

    static String at(String name) {
        return "input '" + Shown.plain(name) + "': ";
    }

    static String shown(long[] shape) {
        return Arrays.toString(shape);
    }
}
