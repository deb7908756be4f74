package dev.lamina.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorCodecTest {
    private static final TensorCodec FP32 = TensorCodec.of("fp32");
    private static final TensorCodec FP16 = TensorCodec.of("fp16");
    private static final TensorCodec INT8 = TensorCodec.of("int8");
    private static final float[] EXTREMES = {
        0,
        -0f,
        1,
        -1,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        150 * Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Math.nextDown(Float.MIN_NORMAL),
        0x1p-14f,
        0x1p-24f,
        0x1p-25f,
        0x1.8p-25f,
        65504,
        65519.996f,
        65520,
        -1e30f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
    };

    @Test
    void aCodecIsFoundByItsName() {
        for (TensorCodec codec : new TensorCodec[] {FP32, FP16, INT8}) {
            assertThat(TensorCodec.of(codec.name())).isEqualTo(codec);
        }
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> TensorCodec.of("int4"))
                .withMessageContainingAll("'int4'", "fp32, fp16, int8");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void fp32KeepsEveryBit(long seed) {
        RandomGenerator random = Seeds.stream(seed, "bits");
        FloatTensor x = FloatTensor.zeros(3, 5, 7);
        for (int i = 0; i < x.size(); i++) {
            x.values()[i] = Float.intBitsToFloat(random.nextInt());
        }
        FloatTensor y = FP32.decode(FP32.encode(x), x.shape());
        for (int i = 0; i < x.size(); i++) {
            assertThat(Float.floatToRawIntBits(y.values()[i]))
                    .as("seed %d, value %d", seed, i)
                    .isEqualTo(Float.floatToRawIntBits(x.values()[i]));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void fp16StaysWithinItsBounds(long seed) {
        FloatTensor x = allMagnitudes(seed, 64, 33);
        FloatTensor y = FP16.decode(FP16.encode(x), x.shape());
        for (int i = 0; i < x.size(); i++) {
            double from = x.values()[i];
            double to = y.values()[i];
            double size = Math.abs(from);
            if (size >= 65520) {
                assertThat(to).as("seed %d: %s", seed, from).isEqualTo(Math.copySign(65504, from));
            } else {
                double bound = size < 0x1p-14 ? 0x1p-25 : 0x1p-11 * size;
                assertThat(Math.abs(from - to))
                        .as("seed %d: %s", seed, from)
                        .isLessThanOrEqualTo(bound);
            }
        }
    }

    @Test
    void fp16SaturatesAndKeepsNaN() {
        float[] x = {
            Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, 65536, -1e38f, 2049, 2051
        };
        FloatTensor tensor = new FloatTensor(new long[] {x.length}, x);
        assertThat(FP16.decode(FP16.encode(tensor), tensor.shape()).values())
                .containsExactly(
                        65504, -65504, Float.NaN, 65504, -65504, 2048, 2052); // ties to even
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void int8StaysWithinHalfAStepOfItsRow(long seed) {
        RandomGenerator random = Seeds.stream(seed, "rows");
        int rows = 200;
        int rowLength = 37;
        FloatTensor x = FloatTensor.zeros(10, 20, rowLength);
        for (int row = 0; row < rows; row++) {
            float magnitude = row % 10 == 0 ? 0 : Math.scalb(1f, random.nextInt(-149, 128));
            for (int i = 0; i < rowLength; i++) {
                x.values()[row * rowLength + i] =
                        magnitude * random.nextFloat(-1, Math.nextDown(2f));
            }
            x.values()[row * rowLength] = row < EXTREMES.length ? EXTREMES[row] : 0;
        }
        byte[] payload = INT8.encode(x);
        FloatTensor y = INT8.decode(payload, x.shape());
        ByteBuffer scales = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(payload.length).isEqualTo(rows * (4 + rowLength));
        for (int row = 0; row < rows; row++) {
            double scale = scales.getFloat();
            double largest = 0;
            for (int i = row * rowLength; i < (row + 1) * rowLength; i++) {
                double from = x.values()[i];
                largest = Math.max(largest, Math.abs(from));
                assertThat(Math.abs(from - y.values()[i]))
                        .as("seed %d, row %d, scale %s: %s", seed, row, scale, from)
                        .isLessThanOrEqualTo(scale * (0.5 + 0x1p-16));
            }
            assertThat(scale)
                    .as("seed %d, row %d", seed, row)
                    .isBetween(0.0, largest / 127 * (1 + 0x1p-22) + 0x1p-149);
            assertThat(scale == 0).as("seed %d, row %d", seed, row).isEqualTo(largest == 0);
        }
    }

    @Test
    void int8RoundsToTheNearestLevel() {
        FloatTensor x = new FloatTensor(new long[] {2, 3}, new float[] {127, 1.4f, -1.6f, 0, 0, 0});
        byte[] payload = INT8.encode(x);
        assertThat(payload).containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0, 0, 127, 1, -2, 0, 0, 0);
        assertThat(INT8.decode(payload, x.shape()).values()).containsExactly(127, 1, -2, 0, 0, 0);
    }

    @Test
    void int8RefusesWhatItCannotExpress() {
        for (float bad :
                new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            FloatTensor x = new FloatTensor(new long[] {2, 2}, new float[] {1, 2, 3, bad});
            assertThatExceptionOfType(BadInputException.class)
                    .isThrownBy(() -> INT8.encode(x))
                    .withMessageContainingAll("int8", String.valueOf(bad), "index 3", "Maybe ");
        }
        byte[] payload = INT8.encode(FloatTensor.zeros(1, 2));
        for (float scale : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1}) {
            ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, scale);
            assertThatExceptionOfType(BadInputException.class)
                    .isThrownBy(() -> INT8.decode(payload, new long[] {1, 2}))
                    .withMessageContainingAll("row 0", String.valueOf(scale));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp32", "fp16", "int8", "topk:0.1", "topk:1.0"})
    void scalarsAndEmptyTensorsPass(String name) {
        TensorCodec codec = TensorCodec.of(name);
        for (long[] shape :
                new long[][] {{}, {1}, {0}, {0, 5_000_000_000L}, {5_000_000_000L, 0}, {2, 0, 3}}) {
            FloatTensor x = FloatTensor.zeros(shape);
            byte[] payload = codec.encode(x);
            assertThat(payload).hasSize((int) codec.encodedBytes(shape));
            assertThat(codec.decode(payload, shape)).isEqualTo(x);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp32", "fp16", "int8", "topk:1.0"})
    void aPayloadThatDoesNotFitItsShapeIsRefused(String name) {
        TensorCodec codec = TensorCodec.of(name);
        byte[] payload = codec.encode(FloatTensor.zeros(4, 6));
        assertThat(payload).hasSize((int) codec.encodedBytes(new long[] {4, 6}));
        for (long[] shape :
                new long[][] {
                    {4, 7},
                    {},
                    {-4, -6},
                    {0, -6},
                    {1L << 32, 1L << 32},
                    {1L << 62},
                    {Long.MAX_VALUE, 2, 2}
                }) {
            assertThatExceptionOfType(BadInputException.class)
                    .isThrownBy(() -> codec.decode(payload, shape))
                    .withMessageContainingAll("shape", "Maybe ");
        }
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> codec.decode(new byte[0], new long[] {0, -6}))
                .withMessageContaining("impossible shape [0, -6]");
    }

    /// Every exponent of fp32 alike, and the extremes.
    private static FloatTensor allMagnitudes(long seed, int rows, int rowLength) {
        RandomGenerator random = Seeds.stream(seed, "magnitudes");
        FloatTensor x = FloatTensor.zeros(rows, rowLength);
        for (int i = 0; i < x.size(); i++) {
            int exponent = i % 2 == 0 ? random.nextInt(-30, 17) : random.nextInt(-149, 128);
            x.values()[i] = Math.scalb(random.nextFloat(-1, 1), exponent);
        }
        System.arraycopy(EXTREMES, 0, x.values(), 0, EXTREMES.length);
        return x;
    }
}
