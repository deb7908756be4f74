package dev.lamina.bench;

import dev.lamina.gateway.NodeServer;
import dev.lamina.gateway.RemoteNode;
import dev.lamina.nn.TensorCodec;
import dev.lamina.serve.Catalogue;
import dev.lamina.serve.CoInference;
import dev.lamina.serve.CoInferenceRunner;
import dev.lamina.serve.CutEstimate;
import dev.lamina.serve.CutMeasure;
import dev.lamina.serve.Flow;
import dev.lamina.serve.FlowSpec;
import dev.lamina.serve.FlowSpec.Source;
import dev.lamina.serve.FlowSpec.Step;
import dev.lamina.serve.LocalNode;
import dev.lamina.serve.NodeListener;
import dev.lamina.serve.ServiceKinds;
import dev.lamina.serve.ServiceSpec;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Value;
import dev.lamina.serve.ValueType;
import dev.lamina.wire.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;

/// Co-inference over slow links: time of a text and bytes that cross for each cut, and the cut that
/// `auto` takes. The node is a real one, over gRPC through a throttled connection; the device is
/// this machine too, slowed down ([SlowKind]).
public final class CoInferenceBench {
    private static final String TEXT =
            "a small cell at the street corner sends short frames to the phones that pass by in the rain";
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private CoInferenceBench() {}

    /// A kind of link.
    ///
    /// @param oneWaySeconds delay in each direction
    public record Link(
            String name, double upBitsPerSecond, double downBitsPerSecond, double oneWaySeconds) {
        /// The three that are compared.
        public static final List<Link> ALL =
                List.of(
                        new Link("cable", 1e9, 1e9, 0.2e-3),
                        new Link("wifi", 50e6, 100e6, 2e-3),
                        new Link("lte", 5e6, 20e6, 20e-3));
    }

    /// A cut.
    ///
    /// @param milliseconds median
    /// @param difference largest of a component from the uncut answer's
    public record Row(
            int cut, double milliseconds, long bytesUp, long bytesDown, double difference) {}

    /// A link's figures.
    ///
    /// @param chosen the cut that `auto` took
    /// @param overBest its time over the best one's
    public record Report(
            Link link,
            String codec,
            CutEstimate estimate,
            int chosen,
            double overBest,
            List<Row> rows) {}

    /// Measures all cuts over one link.
    ///
    /// @param model `minilm` or `bge-small`
    /// @param slower how many times as long the device takes
    /// @param runs of each cut, of which the median counts
    public static Report run(
            String model,
            Link link,
            double slower,
            TensorCodec codec,
            int runs,
            Consumer<String> progress) {
        ServiceKinds kinds = ServiceKinds.installed();
        Catalogue whole = catalogue(kinds, model);
        Flow flow = whole.flows().firstEntry().getValue();
        Map<String, Value> input = Map.of("text", new Value.Text(TEXT));
        try (LocalNode device =
                        new LocalNode(
                                LocalNode.Config.of("device"),
                                SlowKind.of(kinds, slower),
                                NodeListener.NONE);
                LocalNode host =
                        new LocalNode(LocalNode.Config.of("node"), kinds, NodeListener.NONE);
                NodeServer server =
                        new NodeServer(
                                new NodeServer.Config(
                                        new Address("127.0.0.1", 0),
                                        null,
                                        Path.of("."),
                                        false,
                                        Duration.ZERO),
                                host,
                                refused -> {});
                ThrottledLink slow =
                        new ThrottledLink(
                                server.port(),
                                link.upBitsPerSecond(),
                                link.downBitsPerSecond(),
                                link.oneWaySeconds());
                RemoteNode node =
                        RemoteNode.connect(new Address("127.0.0.1", slow.port()), null)
                                .sending(codec)) {
            int layers = CutMeasure.layers(whole, flow);
            List<CoInferenceRunner> runners = new ArrayList<>();
            try {
                for (int cut = 0; cut <= layers; cut++) {
                    progress.accept("%s: loading cut %d of %d".formatted(link.name(), cut, layers));
                    CoInference parts = CoInference.cut(kinds, whole, flow.name(), cut, layers);
                    runners.add(
                            new CoInferenceRunner(kinds, parts.named("cut-" + cut), device, node));
                }
                List<Row> rows = measure(runners, input, slow, runs);
                CutEstimate estimate = CutMeasure.of(whole, flow, device, node, TEXT, codec);
                double best = rows.stream().mapToDouble(Row::milliseconds).min().orElseThrow();
                return new Report(
                        link,
                        codec.name(),
                        estimate,
                        estimate.best(),
                        rows.get(estimate.best()).milliseconds() / best,
                        rows);
            } finally {
                runners.forEach(CoInferenceRunner::close);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
        }
    }

    private static List<Row> measure(
            List<CoInferenceRunner> runners,
            Map<String, Value> input,
            ThrottledLink slow,
            int runs) {
        int cuts = runners.size();
        double[][] times = new double[cuts][runs];
        long[] up = new long[cuts];
        long[] down = new long[cuts];
        float[][] answers = new float[cuts][];
        for (int run = -2; run < runs; run++) {
            for (int cut = 0; cut < cuts; cut++) { // in turn: the machine's moods hit all alike
                long upBefore = slow.bytesUp();
                long downBefore = slow.bytesDown();
                long start = System.nanoTime();
                Map<String, Value> outputs = runners.get(cut).run(input, DEADLINE);
                double took = (System.nanoTime() - start) / 1e6;
                if (run >= 0) {
                    times[cut][run] = took;
                    up[cut] = slow.bytesUp() - upBefore;
                    down[cut] = slow.bytesDown() - downBefore;
                }
                answers[cut] =
                        outputs.get("embedding") instanceof Value.Floats f
                                ? f.tensor().values()
                                : new float[0];
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int cut = 0; cut < cuts; cut++) {
            Arrays.sort(times[cut]);
            rows.add(
                    new Row(
                            cut,
                            times[cut][runs / 2],
                            up[cut],
                            down[cut],
                            difference(answers[cut], answers[cuts - 1])));
        }
        return rows;
    }

    private static double difference(float[] a, float[] b) {
        double largest = 0;
        for (int i = 0; i < b.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    private static Catalogue catalogue(ServiceKinds kinds, String model) {
        SequencedMap<String, Step> steps = new LinkedHashMap<>();
        steps.put("tokens", new Step("embedding", map("text", new Source.Input("text"))));
        steps.put(
                "blocks",
                new Step("backbone", map("hidden", new Source.Output("tokens", "hidden"))));
        steps.put(
                "vector",
                new Step("pooling", map("hidden", new Source.Output("blocks", "hidden"))));
        FlowSpec flow =
                new FlowSpec(
                        "embed",
                        "",
                        map("text", ValueType.TEXT),
                        steps,
                        map("embedding", new Source.Output("vector", "vector")));
        return Catalogue.check(
                kinds,
                List.of(
                        service("embedding", "text-embedding", model),
                        service("backbone", "backbone", model),
                        service("pooling", "pooling", model)),
                List.of(flow),
                Map.of());
    }

    private static ServiceSpec service(String name, String kind, String model) {
        return new ServiceSpec(name, "1", kind, new Settings(map("model", model)));
    }

    private static <T> SequencedMap<String, T> map(String key, T value) {
        SequencedMap<String, T> map = new LinkedHashMap<>();
        map.put(key, value);
        return map;
    }
}
