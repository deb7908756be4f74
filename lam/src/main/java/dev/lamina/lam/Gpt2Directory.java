package dev.lamina.lam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.SafeTensorsFile;
import dev.lamina.nn.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A GPT-2 as Hugging Face lays it out. Tensors may carry the prefix `transformer.`; the table of
/// words and a head are left aside. Linear weights stand there as `[in, out]`.
final class Gpt2Directory {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";

    private Gpt2Directory() {}

    static boolean isOne(Path directory) {
        Path file = directory.resolve(CONFIG);
        return Files.isRegularFile(file)
                && HuggingFaceDirectory.json(file).path("model_type").asString("").equals("gpt2");
    }

    static Gpt2 load(Path directory, int blocks, NDManager manager) {
        Path file = HuggingFaceDirectory.required(directory, CONFIG);
        Path weightsFile = HuggingFaceDirectory.required(directory, WEIGHTS);
        Gpt2.Config config = config(HuggingFaceDirectory.json(file), file);
        BadInputException.check(
                blocks >= 1 && blocks <= config.layers(),
                blocks + " blocks of " + directory + ", which has " + config.layers(),
                "take from 1 to that many.");
        NDManager arrays = manager.newSubManager();
        try (SafeTensorsFile weights = SafeTensorsFile.open(weightsFile)) {
            String prefix =
                    weights.names().contains("transformer.wpe.weight") ? "transformer." : "";
            Reader in = new Reader(arrays, weights, weightsFile, prefix, config);
            List<Gpt2.Block> list = new ArrayList<>();
            for (int i = 0; i < blocks; i++) {
                list.add(in.block("h." + i + "."));
            }
            return new Gpt2(
                    config,
                    in.array("wpe.weight", config.positions(), config.hidden()),
                    List.copyOf(list),
                    in.norm("ln_f"));
        } catch (RuntimeException e) {
            arrays.close();
            throw e;
        }
    }

    private static Gpt2.Config config(JsonNode json, Path file) {
        String type = json.path("model_type").asString("");
        BadInputException.check(
                type.equals("gpt2"),
                file + ": model_type is '" + type + "', not 'gpt2'",
                "take a directory with a GPT-2.");
        String activation = json.path("activation_function").asString("gelu_new");
        BadInputException.check(
                activation.equals("gelu_new"),
                file + ": activation_function is '" + activation + "', not 'gelu_new'",
                "take a GPT-2 as OpenAI published it.");
        int hidden = HuggingFaceDirectory.integer(json, file, "n_embd", 1 << 16);
        int heads = HuggingFaceDirectory.integer(json, file, "n_head", 1 << 10);
        BadInputException.check(
                hidden % heads == 0,
                file + ": n_embd " + hidden + " is not a multiple of n_head " + heads,
                "the file was edited by hand.");
        JsonNode inner = json.path("n_inner");
        double eps = json.path("layer_norm_epsilon").asDouble(1e-5);
        BadInputException.check(
                eps > 0 && eps < 1,
                file + ": layer_norm_epsilon is " + eps + ", not between 0 and 1",
                "the file was edited by hand.");
        return new Gpt2.Config(
                HuggingFaceDirectory.integer(json, file, "n_layer", 1000),
                hidden,
                heads,
                inner.isMissingNode() || inner.isNull()
                        ? 4 * hidden
                        : HuggingFaceDirectory.integer(json, file, "n_inner", 1 << 18),
                HuggingFaceDirectory.integer(json, file, "n_positions", 1 << 20),
                eps);
    }

    private record Reader(
            NDManager manager,
            SafeTensorsFile weights,
            Path file,
            String prefix,
            Gpt2.Config config) {
        Gpt2.Block block(String name) {
            int h = config.hidden();
            int f = config.intermediate();
            return new Gpt2.Block(
                    config.heads(),
                    norm(name + "ln_1"),
                    dense(name + "attn.c_attn", h, 3 * h),
                    dense(name + "attn.c_proj", h, h),
                    norm(name + "ln_2"),
                    dense(name + "mlp.c_fc", h, f),
                    dense(name + "mlp.c_proj", f, h));
        }

        NDArray array(String name, long... shape) {
            return Tensors.toEngine(
                    manager, HuggingFaceDirectory.tensor(weights, file, prefix + name, shape));
        }

        Bert.LayerNorm norm(String name) {
            return new Bert.LayerNorm(
                    array(name + ".weight", config.hidden()),
                    array(name + ".bias", config.hidden()),
                    config.layerNormEps());
        }

        Linear dense(String name, int in, int out) {
            long[] shape = {in, out};
            FloatTensor stored =
                    HuggingFaceDirectory.tensor(weights, file, prefix + name + ".weight", shape);
            FloatTensor turned = FloatTensor.zeros(out, in);
            for (int i = 0; i < in; i++) {
                for (int j = 0; j < out; j++) {
                    turned.values()[j * in + i] = stored.values()[i * out + j];
                }
            }
            return new Linear.Dense(Tensors.toEngine(manager, turned), array(name + ".bias", out));
        }
    }
}
