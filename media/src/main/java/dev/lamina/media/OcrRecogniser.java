package dev.lamina.media;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import dev.lamina.serve.Port;
import dev.lamina.serve.Service;
import dev.lamina.serve.ServiceKind;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Signature;
import dev.lamina.serve.ValueType;
import java.util.List;
import java.util.Map;

/// Reads lines of text in a picture: the recogniser of PP-OCR (Y. Du et al., "SVTR", IJCAI 2022),
/// for Chinese and English; with its classifier, which finds lines that stand on their head.
///
/// Version 3 is the default: version 4 is a little surer of its letters, but loses spaces between
/// English words.
///
/// In: `image`; `boxes`, floats `[lines, 4, 2]`, as of [OcrDetector]. Out: `text`, the lines in the
/// order of boxes; `scores`, floats `[lines]`, the mean probability of a line's characters. Lines
/// below a score of 0.5 are left out; no lines are an answer.
public final class OcrRecogniser implements ServiceKind {
    static final Signature SIGNATURE =
            new Signature(
                    List.of(
                            new Port("image", ValueType.IMAGE),
                            new Port("boxes", ValueType.floats(-1, 4, 2))),
                    List.of(
                            new Port("text", ValueType.TEXT),
                            new Port("scores", ValueType.floats(-1))));

    private static final Map<String, String> MODELS =
            Map.of(
                    "v3", "models/ch_PP-OCRv3_rec_infer.onnx",
                    "v4", "models/ch_PP-OCRv4_rec_infer.onnx");
    private static final String CLASSIFIER = "models/ch_ppocr_mobile_v2.0_cls_infer.onnx";
    private static final String CHARACTERS = "models/ppocr_keys_v1.txt";

    @Override
    public String name() {
        return "ocr-recogniser";
    }

    @Override
    public String description() {
        return "reads the lines of text that ocr-detector found; settings: model (v3 or v4; v3 if"
                + " left out)";
    }

    @Override
    public Signature signature(Settings settings) {
        settings.only("model");
        model(settings);
        return SIGNATURE;
    }

    @Override
    public long memoryBytes(Settings settings) {
        return 240L << 20; // measured with v3: 100 MiB when loaded, 220 MiB reading ten lines
    }

    @Override
    public int largestBatch(Settings settings) {
        return 4;
    }

    @Override
    public Service load(Settings settings) {
        signature(settings);
        OnnxModel recogniser = new OnnxModel(model(settings));
        return new TextReading(
                new LineReader(recogniser, Characters.parse(ModelFiles.bytes(CHARACTERS))),
                new UpsideDown(new OnnxModel(CLASSIFIER)));
    }

    private static String model(Settings settings) {
        String version = settings.text("model", "v3");
        String model = MODELS.get(version);
        if (model == null) {
            throw new BadInputException("model: " + Shown.quoted(version), "take v3 or v4");
        }
        return model;
    }
}
