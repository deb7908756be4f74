package dev.lamina.serve;

import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Measures what the choice of a cut needs: a block's time on the device and on the node, as each
/// says itself, and the link between them.
public final class CutMeasure {
    private static final int TIMES = 11;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private CutMeasure() {}

    /// Measures with a text of the length to be expected.
    ///
    /// @param flow with one backbone
    /// @param codec of what crosses
    /// @throws ServeException if the node does not answer
    public static CutEstimate of(
            Catalogue whole, Flow flow, Node device, Node node, String text, TensorCodec codec) {
        ServiceSpec backbone = CoInference.backbone(whole, flow);
        TextModel model = TextModel.of(backbone.settings());
        int hidden = model.config().hidden();
        int tokens = model.tokens(text);
        LinkMeasure link = LinkMeasure.of(node);
        return new CutEstimate(
                model.config().layers(),
                blockSeconds(device, backbone, tokens, hidden),
                blockSeconds(node, backbone, tokens, hidden),
                link,
                text.getBytes(StandardCharsets.UTF_8).length,
                codec.encodedBytes(new long[] {tokens, hidden}));
    }

    /// How many blocks a flow's backbone has.
    public static int layers(Catalogue whole, Flow flow) {
        return TextModel.of(CoInference.backbone(whole, flow).settings()).config().layers();
    }

    private static double blockSeconds(Node node, ServiceSpec backbone, int tokens, int hidden) {
        SequencedMap<String, Object> settings = new LinkedHashMap<>(backbone.settings().values());
        settings.put("blocks", "0-1");
        settings.remove("adapters");
        ServiceSpec one =
                new ServiceSpec(
                        backbone.name() + "-probe",
                        "1",
                        backbone.kind(),
                        new Settings(backbone.settings().base(), settings));
        node.assign(one, new byte[0], true);
        try {
            call(node, one, tokens, hidden, 3); // the first ones are slow
            double[] seconds = new double[TIMES];
            double before = runSeconds(node, one);
            for (int i = 0; i < TIMES; i++) {
                call(node, one, tokens, hidden, 1);
                double after = runSeconds(node, one);
                seconds[i] = after - before;
                before = after;
            }
            Arrays.sort(seconds);
            return seconds[TIMES / 2]; // others disturb the mean
        } finally {
            node.remove(one.id());
        }
    }

    private static void call(Node node, ServiceSpec one, int tokens, int hidden, int times) {
        Value state = new Value.Floats(FloatTensor.zeros(tokens, hidden));
        for (int i = 0; i < times; i++) {
            node.call(one.id(), List.of(Map.of("hidden", state)), RequestContext.within(PATIENCE))
                    .getFirst()
                    .outputs();
        }
    }

    private static double runSeconds(Node node, ServiceSpec one) {
        return node.status().replicas().stream()
                .filter(replica -> replica.id().equals(one.id()))
                .mapToDouble(NodeStatus.ReplicaStatus::runSeconds)
                .sum();
    }
}
