package dev.lamina.lam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.SafeTensorsWriter;
import dev.lamina.nn.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Gpt2Test {
    private static final int HIDDEN = 6;
    private static final int HEADS = 2;
    private static final int TOKENS = 5;
    private static final String CONFIG =
            """
            {"model_type": "gpt2", "n_layer": 3, "n_embd": 6, "n_head": 2, "n_positions": 9,
             "n_inner": null, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5}
            """;

    @TempDir Path directory;
    private final Map<String, FloatTensor> weights = new LinkedHashMap<>();

    @BeforeEach
    void write() throws IOException {
        put("wte.weight", 11, HIDDEN);
        put("wpe.weight", 9, HIDDEN);
        for (int i = 0; i < 3; i++) {
            put("h." + i + ".ln_1.weight", HIDDEN);
            put("h." + i + ".ln_1.bias", HIDDEN);
            put("h." + i + ".attn.c_attn.weight", HIDDEN, 3 * HIDDEN);
            put("h." + i + ".attn.c_attn.bias", 3 * HIDDEN);
            put("h." + i + ".attn.c_proj.weight", HIDDEN, HIDDEN);
            put("h." + i + ".attn.c_proj.bias", HIDDEN);
            put("h." + i + ".ln_2.weight", HIDDEN);
            put("h." + i + ".ln_2.bias", HIDDEN);
            put("h." + i + ".mlp.c_fc.weight", HIDDEN, 4 * HIDDEN);
            put("h." + i + ".mlp.c_fc.bias", 4 * HIDDEN);
            put("h." + i + ".mlp.c_proj.weight", 4 * HIDDEN, HIDDEN);
            put("h." + i + ".mlp.c_proj.bias", HIDDEN);
        }
        put("ln_f.weight", HIDDEN);
        put("ln_f.bias", HIDDEN);
        Files.writeString(directory.resolve("config.json"), CONFIG);
        store();
    }

    private void put(String name, long... shape) {
        weights.put(name, Models.random(1, name, 0.5, shape));
    }

    private void store() {
        SafeTensorsWriter.write(directory.resolve("model.safetensors"), weights, Map.of());
    }

    /// Two blocks of three, against the formulas written out in double precision.
    @Test
    void isTheFormulas() {
        FloatTensor x = Models.random(2, "x", 1, 1, TOKENS, HIDDEN);
        assertThat(Gpt2.isIn(directory)).isTrue();
        try (NDManager manager = Tensors.newManager()) {
            float[] result = run(manager, x);
            double[][] h = new double[TOKENS][HIDDEN];
            for (int t = 0; t < TOKENS; t++) {
                for (int j = 0; j < HIDDEN; j++) {
                    h[t][j] = x.values()[t * HIDDEN + j] + w("wpe.weight")[t * HIDDEN + j];
                }
            }
            block(h, "h.0.");
            block(h, "h.1.");
            for (int t = 0; t < TOKENS; t++) {
                double[] expected = norm(h[t], "ln_f");
                for (int j = 0; j < HIDDEN; j++) {
                    assertThat(result[t * HIDDEN + j])
                            .isCloseTo((float) expected[j], within(2e-5f));
                }
            }
        }
    }

    private float[] run(NDManager manager, FloatTensor x) {
        Gpt2 model = Gpt2.load(directory, 2, manager);
        assertThat(model.blocks()).hasSize(2);
        return Tensors.toJava(model.forward(Tensors.toEngine(manager, x))).values();
    }

    private void block(double[][] h, String name) {
        double[][] q = new double[TOKENS][];
        double[][] mixed = new double[TOKENS][HIDDEN];
        for (int t = 0; t < TOKENS; t++) {
            q[t] = linear(norm(h[t], name + "ln_1"), name + "attn.c_attn", 3 * HIDDEN);
        }
        int size = HIDDEN / HEADS;
        for (int head = 0; head < HEADS; head++) {
            for (int t = 0; t < TOKENS; t++) {
                double[] weight = new double[t + 1];
                double sum = 0;
                for (int s = 0; s <= t; s++) {
                    double dot = 0;
                    for (int j = head * size; j < (head + 1) * size; j++) {
                        dot += q[t][j] * q[s][HIDDEN + j];
                    }
                    weight[s] = Math.exp(dot / Math.sqrt(size));
                    sum += weight[s];
                }
                for (int s = 0; s <= t; s++) {
                    for (int j = head * size; j < (head + 1) * size; j++) {
                        mixed[t][j] += weight[s] / sum * q[s][2 * HIDDEN + j];
                    }
                }
            }
        }
        for (int t = 0; t < TOKENS; t++) {
            add(h[t], linear(mixed[t], name + "attn.c_proj", HIDDEN));
            double[] inner = linear(norm(h[t], name + "ln_2"), name + "mlp.c_fc", 4 * HIDDEN);
            for (int j = 0; j < inner.length; j++) {
                double v = inner[j];
                inner[j] =
                        0.5
                                * v
                                * (1
                                        + Math.tanh(
                                                Math.sqrt(2 / Math.PI)
                                                        * (v + 0.044715 * v * v * v)));
            }
            add(h[t], linear(inner, name + "mlp.c_proj", HIDDEN));
        }
    }

    private static void add(double[] to, double[] what) {
        for (int i = 0; i < to.length; i++) {
            to[i] += what[i];
        }
    }

    private double[] norm(double[] x, String name) {
        double mean = 0;
        for (double v : x) {
            mean += v / x.length;
        }
        double variance = 0;
        for (double v : x) {
            variance += (v - mean) * (v - mean) / x.length;
        }
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] =
                    (x[i] - mean) / Math.sqrt(variance + 1e-5) * w(name + ".weight")[i]
                            + w(name + ".bias")[i];
        }
        return y;
    }

    private double[] linear(double[] x, String name, int out) {
        double[] y = new double[out];
        for (int j = 0; j < out; j++) {
            y[j] = w(name + ".bias")[j];
            for (int i = 0; i < x.length; i++) {
                y[j] += x[i] * w(name + ".weight")[i * out + j];
            }
        }
        return y;
    }

    private float[] w(String name) {
        return Models.get(weights, name).values();
    }

    @Test
    void looksBackOnly() {
        FloatTensor x = Models.random(2, "x", 1, 1, TOKENS, HIDDEN);
        FloatTensor changed = x.copy();
        changed.values()[3 * HIDDEN] += 1;
        try (NDManager manager = Tensors.newManager()) {
            float[] before = run(manager, x);
            float[] after = run(manager, changed);
            for (int i = 0; i < 3 * HIDDEN; i++) {
                assertThat(after[i]).isEqualTo(before[i]);
            }
            assertThat(after[4 * HIDDEN]).isNotEqualTo(before[4 * HIDDEN]);
        }
    }

    @Test
    void gradientsAgreeWithFiniteDifferences() {
        FloatTensor x = Models.random(2, "x", 1, 2, TOKENS, HIDDEN);
        FloatTensor upstream = Models.random(3, "upstream", 1, 2, TOKENS, HIDDEN);
        try (NDManager manager = Tensors.newManager()) {
            Gpt2 model = Gpt2.load(directory, 3, manager);
            NDArray leaf = Autograd.leaf(Tensors.toEngine(manager, x));
            Autograd.backward(
                    Autograd.recording(() -> model.forward(leaf)),
                    Tensors.toEngine(manager, upstream));
            FloatTensor gradient = Autograd.takeGradient(leaf);
            for (int i = 0; i < x.size(); i += 7) {
                double difference = 0;
                for (int sign = -1; sign <= 1; sign += 2) {
                    FloatTensor moved = x.copy();
                    moved.values()[i] += (float) (sign * 5e-3);
                    float[] y =
                            Autograd.withoutGradient(() ->
                                    Tensors.toJava(model.forward(Tensors.toEngine(manager, moved)))
                                            .values());
                    for (int j = 0; j < y.length; j++) {
                        difference += sign * y[j] * upstream.values()[j] / 1e-2;
                    }
                }
                assertThat((double) gradient.values()[i])
                        .isCloseTo(difference, within(2e-3 + 2e-2 * Math.abs(difference)));
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        refuses(4, "4 blocks of");
        Files.writeString(
                directory.resolve("config.json"), CONFIG.replace("\"n_embd\": 6", "\"n_embd\": 8"));
        refuses(1, "has shape");
        Files.writeString(directory.resolve("config.json"), CONFIG.replace("gelu_new", "relu"));
        refuses(1, "'relu'");
        Files.writeString(directory.resolve("config.json"), CONFIG.replace("gpt2", "llama"));
        assertThat(Gpt2.isIn(directory)).isFalse();
        refuses(1, "'llama'");
        Files.writeString(directory.resolve("config.json"), CONFIG);
        weights.remove("h.1.ln_2.bias");
        store();
        refuses(2, "h.1.ln_2.bias is missing");
    }

    private void refuses(int blocks, String expected) {
        try (NDManager manager = Tensors.newManager()) {
            assertThatThrownBy(() -> Gpt2.load(directory, blocks, manager))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining(expected);
        }
    }
}
