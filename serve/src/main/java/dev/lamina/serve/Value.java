package dev.lamina.serve;

import dev.lamina.nn.FloatTensor;
import java.util.List;

/// One value on its way through a flow: of one request, never of a batch. Immutable: the arrays
/// belong to the value, and nobody writes into them.
public sealed interface Value {

    /// What its port must be declared as.
    ValueType.Kind kind();

    /// Bytes that it holds, for budgets and metrics.
    long bytes();

    /// Lines of text: one, or what was found in a picture.
    record Text(List<String> lines) implements Value {
        public Text {
            lines = List.copyOf(lines);
        }

        public Text(String line) {
            this(List.of(line));
        }

        /// The lines as one, with spaces between.
        public String joined() {
            return String.join(" ", lines);
        }

        @Override
        public ValueType.Kind kind() {
            return ValueType.Kind.TEXT;
        }

        @Override
        public long bytes() {
            return lines.stream().mapToLong(line -> 2L * line.length()).sum();
        }
    }

    /// A picture.
    ///
    /// @param rgb `[height, width, 3]`, a byte a channel
    @SuppressWarnings("ArrayRecordComponent")
    record Image(int height, int width, byte[] rgb) implements Value {
        public Image {
            if (height < 1 || width < 1 || rgb.length != 3L * height * width) {
                throw new IllegalArgumentException(
                        "a picture of " + height + " x " + width + " in " + rgb.length + " bytes");
            }
        }

        @Override
        public ValueType.Kind kind() {
            return ValueType.Kind.IMAGE;
        }

        @Override
        public long bytes() {
            return rgb.length;
        }
    }

    /// Sound, one channel.
    ///
    /// @param sampleRateHz samples a second
    /// @param samples in -32768..32767
    @SuppressWarnings("ArrayRecordComponent")
    record Audio(int sampleRateHz, short[] samples) implements Value {
        @Override
        public ValueType.Kind kind() {
            return ValueType.Kind.AUDIO;
        }

        @Override
        public long bytes() {
            return 2L * samples.length;
        }

        /// How long it lasts.
        public double seconds() {
            return (double) samples.length / sampleRateHz;
        }
    }

    /// Real numbers: a hidden state `[T, H]`, a vector `[H]`, scores.
    record Floats(FloatTensor tensor) implements Value {
        @Override
        public ValueType.Kind kind() {
            return ValueType.Kind.FLOATS;
        }

        @Override
        public long bytes() {
            return 4L * tensor.size();
        }
    }

    /// Integers: token ids, numbers of documents.
    @SuppressWarnings("ArrayRecordComponent")
    record Integers(long[] shape, long[] values) implements Value {
        @Override
        public ValueType.Kind kind() {
            return ValueType.Kind.INTEGERS;
        }

        @Override
        public long bytes() {
            return 8L * values.length;
        }
    }
}
