package dev.lamina.lam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.SafeTensorsFile;
import dev.lamina.nn.SafeTensorsWriter;
import dev.lamina.nn.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentFileTest {
    private static final int CLASSES = 3;
    private static final String SHAPE = "shape:2x32x2";

    @TempDir Path temp;

    @ParameterizedTest
    @CsvSource({"0,false", "1,false", "2,false", "2,true"})
    void aLoadedSegmentComputesTheSameBits(int blocks, boolean headOnDevice) {
        try (Backbone tiny = Backbone.load(SHAPE, 3)) {
            compare(tiny, new Cut(blocks, headOnDevice));
        }
    }

    @Test
    void aPretrainedModelsFirstBlockComputesTheSameBits() {
        try (Backbone minilm = Backbone.load("minilm", 0)) {
            compare(minilm, new Cut(1, false));
        }
    }

    private void compare(Backbone backbone, Cut cut) {
        Path file = temp.resolve("lower.safetensors");
        Segment lower = cut.apply(whole(backbone)).lower();
        SegmentFile.save(file, lower, backbone.bert().config());
        TokenBatch batch = Models.batch(5, 3, 9, backbone.tokenizer().vocabulary());
        try (NDManager manager = Tensors.newManager()) {
            SegmentFile.Loaded loaded = SegmentFile.load(file, manager);
            assertThat(loaded.config()).isEqualTo(backbone.bert().config());
            assertThat(loaded.lower().blocks()).hasSize(cut.blocks());
            assertThat(loaded.lower().head() == null).isEqualTo(lower.head() == null);
            assertThat(forward(loaded.lower(), batch, manager))
                    .isEqualTo(forward(lower, batch, manager));
        }
    }

    private static FloatTensor forward(Segment segment, TokenBatch batch, NDManager manager) {
        try (NDManager step = manager.newSubManager()) {
            Head head = segment.head();
            Segment pooled =
                    head == null
                            ? segment
                            : new Segment(
                                    segment.embeddings(),
                                    0,
                                    segment.blocks(),
                                    head(head.pooling(), manager, segment));
            return Tensors.toJava(
                    pooled.forward(batch.ids(step), TokenBatch.mask(step, batch.lengths())));
        }
    }

    /// The trained head of both models: it is not in the file.
    private static Head head(Head.Pooling pooling, NDManager manager, Segment segment) {
        assertThat(Objects.requireNonNull(segment.head()).weight().getShape().get(0))
                .isEqualTo(CLASSES);
        return new Head(
                pooling,
                Tensors.toEngine(manager, Models.random(1, "head", 0.5, CLASSES, 32)),
                Tensors.toEngine(manager, Models.random(1, "bias", 0.5, CLASSES)));
    }

    private static Segment whole(Backbone backbone) {
        Bert bert = backbone.bert();
        return Segment.whole(
                bert,
                new Head(
                        Head.Pooling.CLS,
                        Tensors.toEngine(
                                backbone.manager(),
                                Models.random(2, "head", 1, CLASSES, bert.config().hidden())),
                        Tensors.toEngine(backbone.manager(), FloatTensor.zeros(CLASSES))));
    }

    @Test
    void aHeadKeepsItsPoolingAndClassesButNoWeights() {
        Path file = save(Cut.none(2));
        try (NDManager manager = Tensors.newManager()) {
            Head head = Objects.requireNonNull(SegmentFile.load(file, manager).lower().head());
            assertThat(head.pooling()).isEqualTo(Head.Pooling.CLS);
            assertThat(Tensors.toJava(head.weight())).isEqualTo(FloatTensor.zeros(CLASSES, 32));
            assertThat(Tensors.toJava(head.bias())).isEqualTo(FloatTensor.zeros(CLASSES));
        }
    }

    @Test
    void theSameSegmentGivesTheSameBytesAndAnotherGivesOthers() throws Exception {
        byte[] first = Files.readAllBytes(save(new Cut(1, false)));
        Path again = temp.resolve("again");
        try (NDManager manager = Tensors.newManager()) {
            SegmentFile.Loaded loaded =
                    SegmentFile.load(temp.resolve("lower.safetensors"), manager);
            SegmentFile.save(again, loaded.lower(), loaded.config());
        }
        assertThat(Files.readAllBytes(save(new Cut(1, false)))).isEqualTo(first);
        assertThat(Files.readAllBytes(again)).isEqualTo(first);
        assertThat(Files.readAllBytes(save(new Cut(0, false)))).isNotEqualTo(first);
        assertThat(Files.readAllBytes(save(new Cut(2, false)))).isNotEqualTo(first);
    }

    @Test
    void refusesMissingMisshapenAndForeignTensors() throws Exception {
        String key = "encoder.layer.0.attention.self.key.weight";
        damaged(tensors -> tensors.remove(key), "tensor " + key + " is missing");
        damaged(
                tensors -> tensors.put(key, FloatTensor.zeros(32, 31)),
                "tensor " + key + " has shape [32, 31]");
        damaged(
                tensors -> tensors.put("encoder.layer.1.x", FloatTensor.zeros(1)),
                "1 tensors do not belong to the segment");
    }

    @Test
    void refusesAbsurdMetadata() throws Exception {
        metadata("segment", "\"version\":1", "\"version\":2", "version of the segment is 2");
        metadata("segment", "\"blocks\":2", "\"blocks\":3", "blocks is 3");
        metadata("segment", "\"blocks\":2", "\"blocks\":-1", "blocks is -1");
        metadata("segment", "\"blocks\":2", "\"blocks\":1", "do not belong to the segment");
        metadata("segment", "\"classes\":3", "\"classes\":0", "classes is 0");
        metadata("segment", "\"classes\":3", "\"classes\":100000", "classes is 100000");
        metadata("segment", "\"cls\"", "\"max\"", "'max'");
        metadata("segment", "{", "[", "'segment' in the metadata is not JSON");
        metadata("config", "30522", "2147483648", "vocab_size is 2147483648");
        metadata("config", "30522", "16777216", "asks for [16777216, 32]");
        metadata("config", "\"num_attention_heads\":2", "\"num_attention_heads\":3", "multiple");
        metadata("config", "1.0E-12", "-1.0", "layer_norm_eps is -1.0");
        metadata("config", "1.0E-12", "\"NaN\"", "layer_norm_eps is \"NaN\"");
    }

    @Test
    void refusesWhatIsNoSegmentAndWhatIsCutShort() throws Exception {
        Path file = temp.resolve("lower.safetensors");
        refused("no file");
        SafeTensorsWriter.write(file, Map.of("x", FloatTensor.zeros(1)), Map.of());
        refused("no 'segment' in the metadata");
        byte[] bytes = Files.readAllBytes(save(new Cut(1, false)));
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 4));
        refused(file.toString());
        Files.write(file, Arrays.copyOf(bytes, bytes.length + 4));
        refused(file.toString());
    }

    @Test
    void writesNeitherAnUpperPartNorAdapters() {
        Path file = temp.resolve("lower.safetensors");
        Lora lora = new Lora(2, 4, 0, List.of(Lora.Target.QUERY));
        try (Backbone tiny = Backbone.load(SHAPE, 3)) {
            Bert.Config config = tiny.bert().config();
            Cut.Parts parts = new Cut(1, false).apply(whole(tiny));
            assertThatThrownBy(() -> SegmentFile.save(file, parts.middle(), config))
                    .isInstanceOf(IllegalArgumentException.class);
            try (Parameters parameters =
                    new Parameters(tiny.manager(), Models.trained(lora, config, CLASSES, 1))) {
                Segment adapted = lora.attach(parts.lower(), parameters, Dropout.OFF);
                assertThatThrownBy(() -> SegmentFile.save(file, adapted, config))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
        assertThat(file).doesNotExist();
    }

    private Path save(Cut cut) {
        Path file = temp.resolve("lower.safetensors");
        try (Backbone tiny = Backbone.load(SHAPE, 3)) {
            SegmentFile.save(file, cut.apply(whole(tiny)).lower(), tiny.bert().config());
        }
        return file;
    }

    private void damaged(Consumer<Map<String, FloatTensor>> change, String message) {
        rewrite(save(new Cut(1, false)), change, metadata -> {});
        refused(message);
    }

    private void metadata(String key, String from, String to, String message) {
        rewrite(
                save(Cut.none(2)),
                tensors -> {},
                metadata ->
                        metadata.computeIfPresent(
                                key,
                                (k, text) -> {
                                    assertThat(text).contains(from);
                                    return text.replace(from, to);
                                }));
        refused(message);
    }

    private static void rewrite(
            Path file,
            Consumer<Map<String, FloatTensor>> tensorChange,
            Consumer<Map<String, String>> metadataChange) {
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata;
        try (SafeTensorsFile in = SafeTensorsFile.open(file)) {
            for (String name : in.names()) {
                tensors.put(name, in.read(name));
            }
            metadata = new HashMap<>(in.metadata());
        }
        tensorChange.accept(tensors);
        metadataChange.accept(metadata);
        SafeTensorsWriter.write(file, tensors, metadata);
    }

    private void refused(String message) {
        try (NDManager manager = Tensors.newManager()) {
            assertThatThrownBy(() -> SegmentFile.load(temp.resolve("lower.safetensors"), manager))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining(message)
                    .hasMessageContaining("lower.safetensors")
                    .hasMessageContaining("Maybe ");
        }
    }
}
