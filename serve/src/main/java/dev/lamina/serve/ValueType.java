package dev.lamina.serve;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// What may stand at a port: text, a picture, sound, or a tensor of a shape.
///
/// @param kind of value
/// @param shape of tensors, with -1 where any length fits; empty for the others and for scalars
public record ValueType(Kind kind, List<Integer> shape) {
    public static final ValueType TEXT = new ValueType(Kind.TEXT, List.of());
    public static final ValueType IMAGE = new ValueType(Kind.IMAGE, List.of());
    public static final ValueType AUDIO = new ValueType(Kind.AUDIO, List.of());

    /// The kinds of values, with their names in the Open Inference Protocol: text is BYTES, a
    /// picture UINT8 `[height, width, 3]`, sound INT16 `[samples]`.
    public enum Kind {
        TEXT("text", "BYTES"),
        IMAGE("image", "UINT8"),
        AUDIO("audio", "INT16"),
        FLOATS("floats", "FP32"),
        INTEGERS("integers", "INT64");

        private final String word;
        private final String datatype;

        Kind(String word, String datatype) {
            this.word = word;
            this.datatype = datatype;
        }

        /// As flows spell it.
        public String word() {
            return word;
        }

        /// As the Open Inference Protocol spells it.
        public String datatype() {
            return datatype;
        }
    }

    public ValueType {
        shape = List.copyOf(shape);
    }

    /// Real numbers of a shape, -1 where any length fits.
    public static ValueType floats(Integer... shape) {
        return new ValueType(Kind.FLOATS, List.of(shape));
    }

    /// Integers of a shape, -1 where any length fits.
    public static ValueType integers(Integer... shape) {
        return new ValueType(Kind.INTEGERS, List.of(shape));
    }

    /// Whether what this type describes may go where `wanted` is asked for: an open length on
    /// either side fits any.
    public boolean fits(ValueType wanted) {
        if (kind != wanted.kind || shape.size() != wanted.shape.size()) {
            return false;
        }
        for (int i = 0; i < shape.size(); i++) {
            int mine = shape.get(i);
            int theirs = wanted.shape.get(i);
            if (mine != theirs && mine >= 0 && theirs >= 0) {
                return false;
            }
        }
        return true;
    }

    /// Whether a value is of this type.
    public boolean accepts(Value value) {
        return of(value).fits(this);
    }

    /// The narrowest type of a value.
    public static ValueType of(Value value) {
        return switch (value) {
            case Value.Text t -> TEXT;
            case Value.Image i -> IMAGE;
            case Value.Audio a -> AUDIO;
            case Value.Floats f -> new ValueType(Kind.FLOATS, lengths(f.tensor().shape()));
            case Value.Integers i -> new ValueType(Kind.INTEGERS, lengths(i.shape()));
        };
    }

    private static List<Integer> lengths(long[] shape) {
        return Arrays.stream(shape).mapToObj(Math::toIntExact).toList();
    }

    @Override
    public String toString() {
        boolean tensor = kind == Kind.FLOATS || kind == Kind.INTEGERS;
        return tensor
                ? kind.word()
                        + shape.stream()
                                .map(n -> n < 0 ? "?" : n.toString())
                                .collect(Collectors.joining(",", "[", "]"))
                : kind.word();
    }
}
