package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.nn.TensorCodec;
import dev.lamina.serve.Catalogue;
import dev.lamina.serve.CoInference;
import dev.lamina.serve.CoInferenceRunner;
import dev.lamina.serve.CutEstimate;
import dev.lamina.serve.CutMeasure;
import dev.lamina.serve.Flow;
import dev.lamina.serve.FlowFile;
import dev.lamina.serve.LocalNode;
import dev.lamina.serve.Node;
import dev.lamina.serve.NodeListener;
import dev.lamina.serve.Port;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServiceKinds;
import dev.lamina.serve.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lamina infer`: a flow on this device, alone or together with a node.
@Command(
        name = "infer",
        mixinStandardHelpOptions = true,
        customSynopsis = "lamina infer FLOW [--text TEXT] [--image FILE] [--audio FILE] [FLAGS]",
        description = {
            "Run a flow here. With --node, the first blocks of its backbone run here and the rest on that node: only a hidden"
                    + " state crosses, not the text, picture or sound (at --cut 0 the text does)."
        },
        footer = {
            "",
            "Examples:",
            "  lamina infer label --text 'a large wild animal'",
            "  lamina infer read-label --image recipes/samples/sign.png",
            "  lamina infer listen-label --audio recipes/samples/command.wav --save audio=label.wav",
            "  lamina infer embed --text 'a small boat' --node 127.0.0.1:7171 --insecure --cut auto --codec fp16",
            "",
            "Exit codes: 0 done, 1 the run failed, 2 bad input."
        })
final class InferCommand implements Callable<Integer> {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

    private final Context context;

    @Parameters(index = "0", paramLabel = "FLOW", description = "A flow of --flows.")
    private String name = "";

    @Option(
            names = "--flows",
            paramLabel = "FILE",
            description = "Services and flows. Default: recipes/flows.yaml.")
    private @Nullable Path flows;

    @Option(names = "--text", paramLabel = "TEXT", description = "The flow's text.")
    private @Nullable String text;

    @Option(names = "--image", paramLabel = "FILE", description = "The flow's picture.")
    private @Nullable Path image;

    @Option(names = "--audio", paramLabel = "FILE", description = "The flow's sound (WAV).")
    private @Nullable Path audio;

    @Option(
            names = "--save",
            paramLabel = "OUTPUT=FILE",
            description =
                    "Write an output to a file: a picture (PNG), sound (WAV), text, or numbers (JSON).")
    private Map<String, Path> save = new LinkedHashMap<>();

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "1",
            description = "Run so often, and say the median time." + DEFAULT)
    private int repeat;

    @Mixin(name = "Co-inference")
    private final Together together = new Together();

    @Mixin(name = "Output")
    private final CommonOptions common = new CommonOptions();

    InferCommand(Context context) {
        this.context = context;
    }

    static final class Together {
        @Option(
                names = "--node",
                paramLabel = "HOST:PORT",
                description = "A node ('lamina node') that takes the rest of the blocks.")
        @Nullable String node;

        @Option(
                names = "--cut",
                paramLabel = "K|auto",
                defaultValue = "auto",
                description =
                        "How many blocks run here; auto takes the fastest by the measured speed of device, node and link."
                                + DEFAULT)
        String cut = "auto";

        @Option(
                names = "--codec",
                paramLabel = "NAME",
                defaultValue = "fp32",
                description =
                        "How the hidden state is sent: fp32 (exact), fp16, int8, topk:SHARE."
                                + DEFAULT)
        String codec = "fp32";

        @Option(
                names = "--name",
                paramLabel = "NAME",
                defaultValue = "gateway",
                description = "This device, as in its certificate." + DEFAULT)
        String name = "gateway";

        @Mixin(name = "Security")
        final NetworkOptions.Security security = new NetworkOptions.Security();
    }

    /// What a run came to, for `--json`.
    record Result(
            String flow,
            @Nullable Integer cut,
            @Nullable Integer blocks,
            String codec,
            double seconds,
            @Nullable CutEstimate estimate,
            Map<String, Object> outputs) {}

    @Override
    public Integer call() {
        common.check();
        BadInputException.check(repeat >= 1, "--repeat " + repeat, "take 1 or more");
        ServiceKinds kinds = ServiceKinds.installed();
        Catalogue catalogue = FlowFile.read(ServeOptions.flows(flows), kinds);
        Flow flow = catalogue.flows().get(name);
        if (flow == null) {
            throw new BadInputException(
                    "there is no flow '" + name + "'",
                    "take one of " + String.join(", ", catalogue.flows().keySet()));
        }
        BadInputException.check(
                together.node != null
                        || (together.cut.equals("auto") && together.codec.equals("fp32")),
                "--cut and --codec without --node",
                "add --node HOST:PORT, or take them out: without a node all runs here");
        if (!together.cut.equals("auto")) {
            ServeOptions.integer("--cut", together.cut);
        }
        Map<String, Value> inputs = new InferInputs(text, image, audio).of(flow);
        InferOutputs.check(flow, save);
        try (LocalNode device =
                new LocalNode(LocalNode.Config.of("device"), kinds, NodeListener.NONE)) {
            String address = together.node;
            Result result =
                    address == null
                            ? alone(kinds, catalogue, flow, device, inputs)
                            : together(kinds, catalogue, flow, device, address, inputs);
            common.write(context, result);
            return Failures.DONE;
        } catch (ServeException e) {
            throw ServeOptions.refusal(e);
        }
    }

    private Result alone(
            ServiceKinds kinds,
            Catalogue catalogue,
            Flow flow,
            LocalNode device,
            Map<String, Value> inputs) {
        CoInference whole = new CoInference(catalogue.only(List.of(flow.name())), List.of());
        try (CoInferenceRunner runner = new CoInferenceRunner(kinds, whole, device, device)) {
            return run(runner, flow, null, null, null, inputs);
        }
    }

    private Result together(
            ServiceKinds kinds,
            Catalogue catalogue,
            Flow flow,
            LocalNode device,
            String address,
            Map<String, Value> inputs) {
        TensorCodec codec = TensorCodec.of(together.codec);
        try (Node node = ServeOptions.connect(address, together.name, together.security, codec)) {
            int layers = CutMeasure.layers(catalogue, flow);
            CutEstimate estimate = null;
            int cut;
            if (together.cut.equals("auto")) {
                String sample =
                        text == null ? "a text of some length that is to be expected" : text;
                estimate = CutMeasure.of(catalogue, flow, device, node, sample, codec);
                cut = estimate.best();
            } else {
                cut = ServeOptions.integer("--cut", together.cut);
            }
            CoInference parts = CoInference.cut(kinds, catalogue, flow.name(), cut, layers);
            try (CoInferenceRunner runner = new CoInferenceRunner(kinds, parts, device, node)) {
                return run(runner, flow, cut, layers, estimate, inputs);
            }
        }
    }

    private Result run(
            CoInferenceRunner runner,
            Flow flow,
            @Nullable Integer cut,
            @Nullable Integer layers,
            @Nullable CutEstimate estimate,
            Map<String, Value> inputs) {
        double[] times = new double[repeat];
        Map<String, Value> outputs = Map.of();
        for (int i = 0; i < repeat; i++) {
            long start = System.nanoTime();
            outputs = runner.run(inputs, Duration.ofMinutes(5));
            times[i] = (System.nanoTime() - start) / 1e9;
        }
        Arrays.sort(times);
        SequencedMap<String, Object> shown = new LinkedHashMap<>();
        Table table = Table.plain();
        for (Port port : flow.signature().outputs()) {
            Value value = outputs.get(port.name());
            if (value != null) {
                Path file = save.get(port.name());
                if (file != null) {
                    InferOutputs.save(file, value);
                }
                shown.put(port.name(), InferOutputs.json(value));
                table.row(port.name(), InferOutputs.line(value));
            }
        }
        if (estimate != null) {
            table.row(
                    "measured",
                    "a block %.2f ms here, %.2f ms there; link %.1f ms, %s/s up"
                            .formatted(
                                    1e3 * estimate.deviceBlockSeconds(),
                                    1e3 * estimate.nodeBlockSeconds(),
                                    1e3 * estimate.link().roundTripSeconds(),
                                    Bytes.text((long) estimate.link().uplinkBytesPerSecond())));
        }
        if (cut != null) {
            table.row("cut", cut + " of " + layers + " blocks here");
        }
        double median = times[repeat / 2];
        table.row("time", "%.1f ms".formatted(1e3 * median));
        if (common.showsTable()) {
            context.out().print(table);
        }
        return new Result(flow.name(), cut, layers, together.codec, median, estimate, shown);
    }
}
