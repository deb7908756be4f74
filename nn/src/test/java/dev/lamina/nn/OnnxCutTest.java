package dev.lamina.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnnxCutTest {
    private static final FloatTensor MATRIX =
            new FloatTensor(new long[] {2, 2}, new float[] {1, 2, 3, 4});

    /// in -> a -> b -> c -> out, with a mask that two of them need.
    private static byte[] chain() {
        OnnxGraph graph = new OnnxGraph("chain", 17).operators("com.microsoft", 1);
        graph.input(OnnxValue.floats("in", -1, 2)).input(OnnxValue.floats("mask", -1, 2));
        graph.output(OnnxValue.floats("out", -1, 2));
        graph.constant("w1", MATRIX);
        graph.constant("w2", MATRIX);
        graph.constant("shape", new long[] {2}, 0, 2);
        graph.node("Neg", List.of("mask"), "negative");
        graph.node("MatMul", List.of("in", "w1"), "a");
        graph.node("Add", List.of("a", "negative"), "b");
        graph.node("MatMul", List.of("b", "w2"), "c");
        graph.node("Reshape", List.of("c", "shape"), "out");
        return graph.toBytes();
    }

    @Test
    void onlyWhatTheOutputsNeedIsCopiedByteForByte() {
        byte[] whole = chain();
        byte[] part =
                OnnxCut.apply(
                        whole,
                        "chain",
                        List.of(OnnxValue.floats("a", -1, 2)),
                        List.of(OnnxValue.floats("c", -1, 2)));

        assertThat(nodes(part)).containsExactly("Neg", "Add", "MatMul");
        assertThat(nodes(whole)).hasSize(5);
        assertThat(names(part, OnnxGraph.GRAPH_INPUT)).containsExactly("a", "mask");
        assertThat(names(part, OnnxGraph.GRAPH_OUTPUT)).containsExactly("c");
        OnnxInitializers constants = OnnxInitializers.read(part, "part");
        assertThat(constants.names()).containsExactly("w2");
        assertThat(constants.tensor("w2")).isEqualTo(MATRIX);
        assertThat(new String(whole, java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains(field(part, OnnxGraph.GRAPH_NODE));
    }

    @Test
    void theWholeCutOutIsTheWhole() {
        byte[] whole = chain();
        byte[] part =
                OnnxCut.apply(whole, "chain", List.of(), List.of(OnnxValue.floats("out", -1, 2)));
        assertThat(nodes(part)).isEqualTo(nodes(whole));
        assertThat(names(part, OnnxGraph.GRAPH_INPUT)).containsExactly("in", "mask");
        assertThat(OnnxInitializers.read(part, "part").names())
                .containsExactly("w1", "w2", "shape");
    }

    @Test
    void whatTheBodyOfANodeTakesFromOutsideIsKept() {
        byte[] part =
                OnnxCut.apply(
                        OnnxCutFuzz.seeds().get(2),
                        "branch",
                        List.of(OnnxValue.floats("x", 2)),
                        List.of(OnnxValue.floats("y", 2)));
        assertThat(nodes(part)).containsExactly("Identity", "If");
    }

    @Test
    void namesThatAreNotThereAreRefused() {
        refuses("none", "out", "has no tensor 'none'");
        refuses("in", "w1", "computes no tensor 'w1'");
        refuses("c", "b", "the outputs do not depend on 'c'");
    }

    private static void refuses(String input, String output, String problem) {
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() ->
                        OnnxCut.apply(
                                chain(),
                                "chain.onnx",
                                List.of(OnnxValue.floats(input, -1, 2)),
                                List.of(OnnxValue.floats(output, -1, 2))))
                .withMessageContaining("chain.onnx")
                .withMessageContaining(problem);
    }

    @Test
    void aModelThatIsNoneIsRefused() {
        for (byte[] model : List.of(new byte[0], new byte[] {1, 2, 3}, OnnxBytes.model())) {
            assertThatExceptionOfType(BadInputException.class)
                    .isThrownBy(() ->
                            OnnxCut.apply(
                                    model, "m", List.of(), List.of(OnnxValue.floats("y", 1))));
        }
    }

    private static List<String> nodes(byte[] model) {
        List<String> operators = new ArrayList<>();
        ProtoReader graph = graph(model);
        while (graph.hasMore()) {
            if (graph.nextField() == OnnxGraph.GRAPH_NODE) {
                operators.add(OnnxNode.parse(graph.message()).operator());
            } else {
                graph.skip();
            }
        }
        return operators;
    }

    private static List<String> names(byte[] model, int field) {
        List<String> names = new ArrayList<>();
        ProtoReader graph = graph(model);
        while (graph.hasMore()) {
            if (graph.nextField() == field) {
                ProtoReader value = graph.message();
                value.nextField();
                names.add(value.string("name"));
            } else {
                graph.skip();
            }
        }
        return names;
    }

    /// The bytes of the first field of this number.
    private static String field(byte[] model, int number) {
        ProtoReader graph = graph(model);
        while (graph.nextField() != number) {
            graph.skip();
        }
        return java.nio.charset.StandardCharsets.ISO_8859_1
                .decode(graph.message().rest())
                .toString();
    }

    private static ProtoReader graph(byte[] model) {
        ProtoReader in = new ProtoReader(model, "m");
        while (in.nextField() != OnnxGraph.MODEL_GRAPH) {
            in.skip();
        }
        return in.message();
    }
}
