package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// How a tensor crosses a link: exactly, in half the bytes, in a quarter, or only its largest
/// values. Encoders and decoders hold no state and are safe for several threads. The shape is not
/// part of the payload. All numbers are little endian.
///
/// | codec | payload | error of y = decode(encode(x)), for finite x |
/// |---|---|---|
/// | `fp32` | n × fp32 | none |
/// | `fp16` | n × fp16 | ≤ 2⁻¹¹ \|x\| for 2⁻¹⁴ ≤ \|x\| < 65520; ≤ 2⁻²⁵ below; y = ±65504 above |
/// | `int8` | one fp32 scale s for each row, then n × int8 | ≤ s (1/2 + 2⁻¹⁶), with s = max\|x\| / 127 over the row |
/// | `topk:share` | int32 k = ⌈share n⌉, k × int32 index, k × fp32 | ‖x − y‖² ≤ (1 − k/n) ‖x‖²; none in the k largest |
///
/// The term 2⁻¹⁶ is for the fp32 roundings of x / s and of q s (derived).
public sealed interface TensorCodec {
    /// The codec of this name.
    ///
    /// @param name `fp32`, `fp16`, `int8` or `topk:` with a share, as `topk:0.1`
    /// @throws BadInputException if it is another
    static TensorCodec of(String name) {
        return switch (name) {
            case "fp32" -> new Fp32();
            case "fp16" -> new Fp16();
            case "int8" -> new Int8();
            default -> {
                if (name.startsWith(TopK.KIND)) {
                    yield TopK.parse(name);
                }
                throw new BadInputException(
                        "unknown codec " + Shown.quoted(name),
                        "one of fp32, fp16, int8, topk:SHARE is meant.");
            }
        };
    }

    /// The name that [#of] takes.
    String name();

    /// The payload for this tensor.
    ///
    /// @throws BadInputException if the codec cannot express the values, or the payload would be
    ///   above 2 GB
    byte[] encode(FloatTensor tensor);

    /// The tensor of this shape that the payload holds.
    ///
    /// @throws BadInputException if the payload is not of the length that [#encodedBytes] gives, or
    ///   the shape is impossible
    FloatTensor decode(byte[] payload, long[] shape);

    /// Length of the payload of any tensor of this shape.
    ///
    /// @throws BadInputException if a dimension is negative or the size overflows
    long encodedBytes(long[] shape);

    /// Four bytes a value; every bit is kept.
    record Fp32() implements TensorCodec {
        @Override
        public String name() {
            return "fp32";
        }

        @Override
        public byte[] encode(FloatTensor tensor) {
            byte[] payload = Payloads.allocate(this, tensor);
            Payloads.wrap(payload).asFloatBuffer().put(tensor.values());
            return payload;
        }

        @Override
        public FloatTensor decode(byte[] payload, long[] shape) {
            float[] values = new float[Payloads.check(this, payload, shape)];
            Payloads.wrap(payload).asFloatBuffer().get(values);
            return new FloatTensor(shape, values);
        }

        @Override
        public long encodedBytes(long[] shape) {
            return (long) Float.BYTES * Payloads.size(shape);
        }
    }

    /// IEEE 754 half precision, rounded to nearest, ties to even. What lies beyond ±65504,
    /// infinities included, becomes ±65504, so that one large activation does not turn into
    /// infinity at the other end. NaN stays NaN, without its payload.
    record Fp16() implements TensorCodec {
        private static final float LARGEST = 65504;

        @Override
        public String name() {
            return "fp16";
        }

        @Override
        public byte[] encode(FloatTensor tensor) {
            byte[] payload = Payloads.allocate(this, tensor);
            float[] values = tensor.values();
            short[] halves = new short[values.length];
            for (int i = 0; i < values.length; i++) {
                halves[i] = Float.floatToFloat16(Math.max(-LARGEST, Math.min(LARGEST, values[i])));
            }
            Payloads.wrap(payload).asShortBuffer().put(halves);
            return payload;
        }

        @Override
        public FloatTensor decode(byte[] payload, long[] shape) {
            float[] values = new float[Payloads.check(this, payload, shape)];
            short[] halves = new short[values.length];
            Payloads.wrap(payload).asShortBuffer().get(halves);
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.float16ToFloat(halves[i]);
            }
            return new FloatTensor(shape, values);
        }

        @Override
        public long encodedBytes(long[] shape) {
            return (long) Short.BYTES * Payloads.size(shape);
        }
    }

    /// Symmetric 8-bit integers with one scale for each row (the last dimension): x ≈ s q with s =
    /// max|x| / 127 and q = round(x / s) in [-127, 127]. A row of zeros has s = 0. At the two ends
    /// of fp32 s is moved by one unit in the last place, up where it is subnormal and 127 s would
    /// fall short of max|x|, down where 127 s would overflow. Payload: the scales of all rows, then
    /// the integers.
    record Int8() implements TensorCodec {
        private static final int LEVELS = 127;

        /// 1.5 × 2^23: a small number added to it is rounded to an integer (ties to even) that
        /// stands in the low bits of the sum. `Math.round` would take five times as long here.
        private static final float ROUNDER = 0x1.8p23f;

        @Override
        public String name() {
            return "int8";
        }

        /// @throws BadInputException also if a value is NaN or infinite: it would spoil its whole
        ///   row
        @Override
        public byte[] encode(FloatTensor tensor) {
            byte[] payload = Payloads.allocate(this, tensor);
            ByteBuffer scales = Payloads.wrap(payload);
            float[] values = tensor.values();
            int rows = (int) Payloads.rows(tensor.shape());
            int rowLength = rows == 0 ? 0 : values.length / rows;
            int base = rows * Float.BYTES;
            for (int row = 0; row < rows; row++) {
                int from = row * rowLength;
                float scale = scaleOf(largest(values, from, rowLength));
                scales.putFloat(scale);
                if (scale != 0) {
                    quantise(values, from, rowLength, scale, payload, base + from);
                }
            }
            return payload;
        }

        /// @throws BadInputException also if a scale is negative, NaN or infinite
        @Override
        public FloatTensor decode(byte[] payload, long[] shape) {
            float[] values = new float[Payloads.check(this, payload, shape)];
            ByteBuffer scales = Payloads.wrap(payload);
            int rows = (int) Payloads.rows(shape);
            int rowLength = rows == 0 ? 0 : values.length / rows;
            int base = rows * Float.BYTES;
            for (int row = 0; row < rows; row++) {
                float scale = scales.getFloat();
                if (!(scale >= 0 && scale < Float.POSITIVE_INFINITY)) {
                    throw new BadInputException(
                            "int8 payload: the scale of row " + row + " is " + scale,
                            "it was damaged on its way, or encoded with another codec.");
                }
                dequantise(
                        payload, base + row * rowLength, scale, values, row * rowLength, rowLength);
            }
            return new FloatTensor(shape, values);
        }

        @Override
        public long encodedBytes(long[] shape) {
            return Payloads.size(shape) + Float.BYTES * Payloads.rows(shape);
        }

        /// Largest magnitude. The bit patterns of non-negative floats are ordered as the floats
        /// are, and those of infinity and NaN come last: a maximum of integers, which the JIT
        /// vectorises, finds all.
        private static float largest(float[] values, int from, int n) {
            int bits = 0;
            for (int i = from; i < from + n; i++) {
                bits = Math.max(bits, Float.floatToRawIntBits(values[i]) & Integer.MAX_VALUE);
            }
            float largest = Float.intBitsToFloat(bits);
            if (!Float.isFinite(largest)) {
                int at = from;
                while (Float.isFinite(values[at])) {
                    at++;
                }
                throw new BadInputException(
                        "int8 cannot express the value "
                                + values[at]
                                + " at index "
                                + at
                                + " of a tensor",
                        "training has diverged: lower the learning rate, or send fp32 to look at it.");
            }
            return largest;
        }

        private static float scaleOf(float largest) {
            float scale = largest / LEVELS;
            if (scale < Float.MIN_NORMAL && scale * LEVELS < largest) {
                return Math.nextUp(scale);
            }
            return Float.isInfinite(scale * LEVELS) ? Math.nextDown(scale) : scale;
        }

        private static void quantise(
                float[] values, int from, int n, float scale, byte[] out, int to) {
            for (int i = 0; i < n; i++) {
                out[to + i] = (byte) Float.floatToRawIntBits(values[from + i] / scale + ROUNDER);
            }
        }

        private static void dequantise(
                byte[] payload, int from, float scale, float[] values, int to, int n) {
            for (int i = 0; i < n; i++) {
                values[to + i] = payload[from + i] * scale;
            }
        }
    }

    /// The k = ⌈share n⌉ values of greatest magnitude (of equal ones those that come first),
    /// exactly; zero for the others. What is left out is lost unless the sender keeps it for the
    /// next time, as the error feedback of the adapter updates does (Stich et al., Sparsified SGD
    /// with Memory, arXiv 1809.07599; the bound is theirs). Payload: k, the positions in ascending
    /// order, the values.
    ///
    /// A short payload stands for a tensor 1 / (2 share) times as large in memory: who decodes what
    /// came from a link compares the shape with the one expected first.
    ///
    /// @param share of the values that are sent, from 0.001 to 1
    record TopK(double share) implements TensorCodec {
        private static final String KIND = "topk:";
        private static final double LEAST = 0.001;

        public TopK {
            BadInputException.check(
                    share >= LEAST && share <= 1,
                    "topk's share " + share + " is not from " + LEAST + " to 1",
                    "topk:0.1 is meant: a tenth of the values.");
        }

        static TopK parse(String name) {
            String number = name.substring(KIND.length());
            try {
                return new TopK(Double.parseDouble(number));
            } catch (NumberFormatException e) {
                throw new BadInputException(
                        "codec " + Shown.quoted(name) + ": the share is no number",
                        "topk:0.1 is meant: a tenth of the values.");
            }
        }

        @Override
        public String name() {
            return KIND + share;
        }

        /// @throws BadInputException also if a value is NaN or infinite: it would crowd out all
        ///   others
        @Override
        public byte[] encode(FloatTensor tensor) {
            byte[] payload = Payloads.allocate(this, tensor);
            float[] values = tensor.values();
            int count = (int) count(values.length);
            ByteBuffer positions = Payloads.wrap(payload).putInt(count);
            if (count == 0) {
                return payload;
            }
            ByteBuffer kept = Payloads.wrap(payload).position(Integer.BYTES * (1 + count));
            // the bits of magnitudes are ordered as the magnitudes are
            int[] sorted = new int[values.length];
            for (int i = 0; i < values.length; i++) {
                requireFinite(values[i], i);
                sorted[i] = magnitude(values[i]);
            }
            Arrays.sort(sorted);
            int least = sorted[values.length - count];
            int above = 0;
            for (int i = values.length - 1; i >= 0 && sorted[i] > least; i--) {
                above++;
            }
            int ties = count - above;
            for (int i = 0; i < values.length; i++) {
                int magnitude = magnitude(values[i]);
                if (magnitude > least || (magnitude == least && ties-- > 0)) {
                    positions.putInt(i);
                    kept.putFloat(values[i]);
                }
            }
            return payload;
        }

        /// @throws BadInputException also if the number of values is not that of this share and
        ///   shape, a position is outside the tensor or not above the one before it, or a value is
        ///   NaN or infinite
        @Override
        public FloatTensor decode(byte[] payload, long[] shape) {
            Payloads.check(this, payload, shape);
            long size = Payloads.size(shape);
            if (size > Integer.MAX_VALUE - 8) {
                throw new BadInputException(
                        "a tensor of shape " + Arrays.toString(shape) + " is above 2 G values",
                        "the message was damaged on its way.");
            }
            int count = (int) count(size);
            ByteBuffer positions = Payloads.wrap(payload);
            require(positions.getInt() == count, "the number of values is not " + count);
            ByteBuffer kept = Payloads.wrap(payload).position(Integer.BYTES * (1 + count));
            float[] values = new float[(int) size];
            int before = -1;
            for (int i = 0; i < count; i++) {
                int position = positions.getInt();
                require(
                        position > before && position < size,
                        "position " + position + " after " + before + " in " + size + " values");
                float value = kept.getFloat();
                require(Float.isFinite(value), "the value at " + position + " is " + value);
                values[position] = value;
                before = position;
            }
            return new FloatTensor(shape, values);
        }

        @Override
        public long encodedBytes(long[] shape) {
            return Integer.BYTES + (Integer.BYTES + Float.BYTES) * count(Payloads.size(shape));
        }

        /// ⌈share n⌉ of the share as it is written: 0.07 of 100 is 7, and not the 8 that the
        /// product of two doubles is rounded up to.
        private long count(long size) {
            return BigDecimal.valueOf(share)
                    .multiply(BigDecimal.valueOf(size))
                    .setScale(0, RoundingMode.CEILING)
                    .longValueExact();
        }

        private static int magnitude(float value) {
            return Float.floatToRawIntBits(value) & Integer.MAX_VALUE;
        }

        private static void requireFinite(float value, int at) {
            if (!Float.isFinite(value)) {
                throw new BadInputException(
                        "topk cannot rank the value " + value + " at index " + at + " of a tensor",
                        "training has diverged: lower the learning rate.");
            }
        }

        private static void require(boolean condition, String problem) {
            if (!condition) {
                throw new BadInputException(
                        "topk payload: " + problem,
                        "it was damaged on its way, or encoded with another codec.");
            }
        }
    }
}
