package dev.lamina.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopKTest {
    @Test
    void isFoundByItsName() {
        for (String name : new String[] {"topk:0.1", "topk:1.0", "topk:0.001", "topk:0.0123"}) {
            assertThat(TensorCodec.of(name).name()).isEqualTo(name);
        }
        assertThat(TensorCodec.of("topk:1e-2")).isEqualTo(new TensorCodec.TopK(0.01));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"topk", "topk:", "topk:x", "topk:0", "topk:1.01", "topk:-1", "topk:NaN"})
    void refusesNamesThatAreNoShare(String name) {
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> TensorCodec.of(name))
                .withMessageContainingAll("topk", "Maybe ");
    }

    /// The share is that which is written, not its nearest double.
    @ParameterizedTest
    @CsvSource({
        "0.1,0,0",
        "0.1,1,1",
        "0.1,10,1",
        "0.1,11,2",
        "0.1,30,3",
        "0.07,100,7",
        "0.29,100,29",
        "0.55,100,55",
        "1,17,17",
        "0.001,1000,1",
        "0.001,1001,2",
        "0.1,5000000000,500000000"
    })
    void sendsTheShareRoundedUp(double share, long size, long count) {
        assertThat(new TensorCodec.TopK(share).encodedBytes(new long[] {size}))
                .isEqualTo(4 + 8 * count);
    }

    @Test
    void payloadIsCountPositionsValues() {
        TensorCodec codec = new TensorCodec.TopK(0.5);
        FloatTensor x = new FloatTensor(new long[] {2, 3}, new float[] {0, -2, 1, -0f, 2, -1});
        ByteBuffer payload = ByteBuffer.wrap(codec.encode(x)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(payload.remaining()).isEqualTo(28);
        assertThat(IntStream.range(0, 4).map(i -> payload.getInt()).toArray())
                .containsExactly(3, 1, 2, 4);
        assertThat(List.of(payload.getFloat(), payload.getFloat(), payload.getFloat()))
                .containsExactly(-2f, 1f, 2f);
        assertThat(codec.decode(payload.array(), x.shape()))
                .isEqualTo(new FloatTensor(new long[] {2, 3}, new float[] {0, -2, 1, 0, 2, 0}));
    }

    /// Against sorting all positions; many magnitudes are equal.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void keepsTheLargestAndOfEqualOnesTheFirst(long seed) {
        RandomGenerator random = Seeds.stream(seed, "topk");
        int size = random.nextInt(1, 200);
        double share = random.nextInt(1, 1001) / 1000.0;
        FloatTensor x = FloatTensor.zeros(size);
        int levels = random.nextInt(2, 50);
        for (int i = 0; i < size; i++) {
            x.values()[i] =
                    random.nextInt(5) == 0
                            ? Math.scalb(random.nextFloat(-1, 1), random.nextInt(-149, 128))
                            : random.nextInt(-levels, levels);
        }
        TensorCodec codec = new TensorCodec.TopK(share);
        byte[] payload = codec.encode(x);
        int count = (payload.length - 4) / 8;
        FloatTensor expected = FloatTensor.zeros(size);
        IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -Math.abs(x.values()[i])))
                .limit(count)
                .forEach(i -> expected.values()[i] = x.values()[i]);
        FloatTensor y = codec.decode(payload, x.shape());
        String where = "seed %d: share %s of %d".formatted(seed, share, size);
        double all = 0;
        double lost = 0;
        for (int i = 0; i < size; i++) {
            float value = y.values()[i];
            assertThat(value).as("%s, %d", where, i).isEqualTo(expected.values()[i]);
            all += (double) x.values()[i] * x.values()[i];
            lost += Math.pow((double) x.values()[i] - value, 2);
        }
        assertThat(lost)
                .as(where)
                .isLessThanOrEqualTo((1 - (double) count / size) * all * (1 + 1e-12));
    }

    @Test
    void refusesValuesThatAreNotFinite() {
        TensorCodec codec = new TensorCodec.TopK(0.1);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            FloatTensor x = new FloatTensor(new long[] {2}, new float[] {1, bad});
            assertThatExceptionOfType(BadInputException.class)
                    .isThrownBy(() -> codec.encode(x))
                    .withMessageContainingAll("topk", String.valueOf(bad), "index 1", "diverged");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0  | 3          | number of values is not 2
                    0  | -1         | number of values is not 2
                    4  | -1         | position -1 after -1
                    4  | 6          | position 6 after -1
                    4  | 3          | position 3 after 3
                    8  | 1          | position 1 after 1
                    8  | 6          | position 6 after 1 in 6
                    12 | 2143289344 | value at 1 is NaN
                    16 | 2139095040 | value at 3 is Infinity
                    """)
    void refusesADamagedPayload(int at, int bits, String problem) {
        TensorCodec codec = new TensorCodec.TopK(0.3);
        FloatTensor x = new FloatTensor(new long[] {6}, new float[] {0, 1, 0, 2, 0, 0});
        byte[] payload = codec.encode(x);
        assertThat(codec.decode(payload, x.shape())).isEqualTo(x);
        ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).putInt(at, bits);
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> codec.decode(payload, x.shape()))
                .withMessageContainingAll("topk payload", problem, "Maybe ");
    }

    @Test
    void refusesAnotherLengthAndATensorThatNoArrayHolds() {
        TensorCodec codec = new TensorCodec.TopK(0.001);
        byte[] payload = codec.encode(FloatTensor.zeros(1000));
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> codec.decode(payload, new long[] {1001}))
                .withMessageContaining("12 bytes is not the 20 of shape [1001]");
        long size = 3_000_000_000L;
        int bytes = Math.toIntExact(codec.encodedBytes(new long[] {size}));
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> codec.decode(new byte[bytes], new long[] {size}))
                .withMessageContaining("[3000000000]");
    }
}
