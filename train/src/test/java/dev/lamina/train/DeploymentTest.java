package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.Profiles;
import dev.lamina.edge.ServerProfile;
import dev.lamina.lam.Backbone;
import dev.lamina.lam.Bert;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Who takes part, and where the model is cut.
class DeploymentTest {
    private static final Bert.Config SHAPE = Backbone.config("shape:3x32x4");
    private static final int CLASSES = 2;

    private final FinetuneSpec spec = Specs.of(Path.of("unset"), Scheme.SHARED, 4);
    private final MemoryModel memory = MemoryModel.of(spec, SHAPE, CLASSES);
    private final BatchShape batch = new BatchShape(spec.batch(), spec.seqLen());

    private FinetuneSpec with(int device, long memoryBytes, List<Integer> cuts) {
        List<DeviceProfile> devices = new ArrayList<>(spec.devices());
        DeviceProfile d = devices.get(device);
        devices.set(
                device,
                new DeviceProfile(
                        d.name(),
                        d.peakFlopsPerSecond(),
                        d.effectiveFlopsPerSecond(),
                        memoryBytes,
                        d.idleWatts(),
                        d.activeWatts(),
                        d.link()));
        return spec.withDevices(devices, cuts);
    }

    @Test
    void aDeviceThatCannotHoldTheEmbeddingIsLeftOutAndTheOthersGoOn() {
        long tooLittle = memory.device(0, false, batch) - 1;
        Deployment deployment =
                Deployment.of(with(1, tooLittle, List.of(1, 2, 3, 0)), SHAPE, CLASSES);
        assertThat(deployment.leftOut()).containsExactly(spec.devices().get(1).name());
        assertThat(deployment.spec().devices()).hasSize(3);
        assertThat(deployment.spec().cuts()).containsExactly(1, 3, 0);
    }

    @Test
    void aCutThatADeviceCannotHoldIsRefusedWithTheMostThatItCan() {
        long enoughForOne = memory.device(1, false, batch);
        assertThatThrownBy(() -> Deployment.of(with(2, enoughForOne, List.of(2)), SHAPE, CLASSES))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(spec.devices().get(2).name() + " cannot hold cut 2")
                .hasMessageContaining("--cut 1");
    }

    @Test
    void chosenCutsStayWithinMemoryAndAreNoSlowerThanAnyUniformCut() {
        long enoughForOne = memory.device(1, false, batch);
        Deployment deployment = Deployment.of(with(0, enoughForOne, List.of()), SHAPE, CLASSES);
        assertThat(deployment.spec().cuts()).hasSize(4);
        assertThat(deployment.spec().cut(0)).isLessThanOrEqualTo(1);
        for (int cut = 0; cut <= 1; cut++) {
            assertThat(RoundEstimate.of(deployment.spec(), CLASSES, 8).timeline().makespanSeconds())
                    .isLessThanOrEqualTo(
                            RoundEstimate.of(with(0, enoughForOne, List.of(cut)), CLASSES, 8)
                                            .timeline()
                                            .makespanSeconds()
                                    * (1 + 1e-9));
        }
    }

    @Test
    void aRunWithoutAnyDeviceThatFitsIsRefused() {
        FinetuneSpec alone = spec.withDevices(spec.devices().subList(0, 1), List.of(1));
        FinetuneSpec tiny =
                alone.withDevices(List.of(with(0, 1000, List.of(1)).devices().get(0)), List.of(1));
        assertThatThrownBy(() -> Deployment.of(tiny, SHAPE, CLASSES))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("none of the 1 devices can hold even the embedding")
                .hasMessageContaining("has 1,000 bytes");
    }

    @ParameterizedTest
    @EnumSource(
            value = Scheme.class,
            names = {"SHARED", "PARALLEL", "SEQUENTIAL", "CENTRAL"})
    void aBatchTooLargeForTheServerIsRefusedWithTheLargestThatFits(Scheme scheme) {
        FinetuneSpec large = Specs.with(spec, Map.of("batch", 4096, "scheme", scheme));
        String server = "" + Profiles.GPU_SERVER.name();
        ServerProfile small = new ServerProfile(server, 1e12, 1e12, 300L << 20, 1, 1); // 300 MiB
        FinetuneSpec tooLarge = large.withServer(small);
        String message = "";
        try {
            Deployment.of(tooLarge, SHAPE, CLASSES);
        } catch (BadInputException e) {
            message = String.valueOf(e.getMessage());
        }
        assertThat(message).contains("batch 4096 of 32 tokens needs", server, "--batch ");
        int fits = Integer.parseInt(message.replaceAll("(?s).*--batch (\\d+).*", "$1"));
        Deployment.of(Specs.with(tooLarge, Map.of("batch", fits)), SHAPE, CLASSES);
        assertThatThrownBy(() ->
                        Deployment.of(
                                Specs.with(tooLarge, Map.of("batch", fits + 1)), SHAPE, CLASSES))
                .isInstanceOf(BadInputException.class);
    }

    @Test
    void headlinesOfThePaperInTheMemoryModel() {
        FinetuneSpec paper =
                Specs.with(
                        spec.withDevices(Profiles.devices(6), List.of(1)),
                        Map.of(
                                "model",
                                "shape:bert-base",
                                "batch",
                                16,
                                "seqLen",
                                128,
                                "lora",
                                new dev.lamina.lam.Lora(
                                        16,
                                        32,
                                        0,
                                        List.of(
                                                dev.lamina.lam.Lora.Target.QUERY,
                                                dev.lamina.lam.Lora.Target.VALUE))));
        double shared = RoundEstimate.of(paper, 6, 1).serverBytes();
        double parallel = RoundEstimate.of(paper.withScheme(Scheme.PARALLEL), 6, 1).serverBytes();
        double sequential =
                RoundEstimate.of(paper.withScheme(Scheme.SEQUENTIAL), 6, 1).serverBytes();
        assertThat(shared / parallel).isLessThan(0.21);
        assertThat(shared / sequential).isBetween(1.0, 1.12);
        FinetuneSpec plus = paper.withExecution(paper.codec(), new Execution(false, 4, true, 1));
        assertThat(RoundEstimate.of(plus, 6, 1).serverBytes() / parallel).isLessThan(0.10);
    }
}
