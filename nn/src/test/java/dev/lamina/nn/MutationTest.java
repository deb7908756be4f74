package dev.lamina.nn;

import dev.lamina.fuzz.Mutations;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The targets of the `fuzz` profile on a few thousand damaged files: nothing but bad input comes
/// of them.
class MutationTest {
    private static final int INPUTS = 2000;
    private static final Mutations MUTATIONS = new Mutations("\"{}[");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void safeTensors(long seed) {
        MUTATIONS.run(seed, INPUTS, SafeTensorsFuzz.seeds(), SafeTensorsFuzz::fuzzerTestOneInput);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void onnx(long seed) {
        MUTATIONS.run(seed, INPUTS, OnnxFuzz.seeds(), OnnxFuzz::fuzzerTestOneInput);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void onnxCut(long seed) {
        MUTATIONS.run(seed, INPUTS, OnnxCutFuzz.seeds(), OnnxCutFuzz::fuzzerTestOneInput);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void tensorCodec(long seed) {
        MUTATIONS.run(seed, INPUTS, TensorCodecFuzz.seeds(), TensorCodecFuzz::fuzzerTestOneInput);
    }
}
