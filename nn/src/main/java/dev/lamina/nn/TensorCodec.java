package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import java.nio.ByteBuffer;

/// How a tensor crosses a link: exactly, in half the bytes, or in a quarter. Encoders and decoders
/// hold no state and are safe for several threads. The shape is not part of the payload. All
/// numbers are little endian.
///
/// | codec | payload | error of y = decode(encode(x)), for finite x |
/// |---|---|---|
/// | `fp32` | n × fp32 | none |
/// | `fp16` | n × fp16 | ≤ 2⁻¹¹ \|x\| for 2⁻¹⁴ ≤ \|x\| < 65520; ≤ 2⁻²⁵ below; y = ±65504 above |
/// | `int8` | one fp32 scale s for each row, then n × int8 | ≤ s (1/2 + 2⁻¹⁶), with s = max\|x\| / 127 over the row |
///
/// The term 2⁻¹⁶ is for the fp32 roundings of x / s and of q s (derived).
public sealed interface TensorCodec {
    /// The codec of this name.
    ///
    /// @param name `fp32`, `fp16` or `int8`
    /// @throws BadInputException if it is another
    static TensorCodec of(String name) {
        return switch (name) {
            case "fp32" -> new Fp32();
            case "fp16" -> new Fp16();
            case "int8" -> new Int8();
            default ->
                    throw new BadInputException(
                            "unknown codec " + Shown.quoted(name),
                            "one of fp32, fp16, int8 is meant.");
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
}
