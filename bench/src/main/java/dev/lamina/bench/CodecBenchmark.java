package dev.lamina.bench;

import dev.lamina.base.Seeds;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Time to encode and decode the activation of one step of BERT-base: `[16,128,768]`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {
    private static final long[] SHAPE = {16, 128, 768};

    /// Codec under test.
    @Param({"fp32", "fp16", "int8"})
    public String name = "fp32";

    private final FloatTensor tensor = FloatTensor.zeros(SHAPE);
    private final byte[][] payload = new byte[1][];

    /// Fills the tensor.
    @org.openjdk.jmh.annotations.Setup
    public void setUp() {
        RandomGenerator random = Seeds.stream(1, "codec");
        for (int i = 0; i < tensor.size(); i++) {
            tensor.values()[i] = (float) random.nextGaussian();
        }
        payload[0] = TensorCodec.of(name).encode(tensor);
    }

    /// Tensor to bytes.
    @Benchmark
    public byte[] encode() {
        return TensorCodec.of(name).encode(tensor);
    }

    /// Bytes to tensor.
    @Benchmark
    public FloatTensor decode() {
        return TensorCodec.of(name).decode(payload[0], SHAPE);
    }
}
