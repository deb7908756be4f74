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

/// Finds lines of text in a picture: the detector of PP-OCR (C. Li et al., "PP-OCRv3", 2022), which
/// is DB on a small convolutional backbone.
///
/// In: `image`. Out: `boxes`, floats `[lines, 4, 2]`: corners in pixels as `x, y`, from the top
/// left on as the text is read, lines in reading order; `scores`, floats `[lines]`, 0.6 to 1.
public final class OcrDetector implements ServiceKind {
    static final Signature SIGNATURE =
            new Signature(
                    List.of(new Port("image", ValueType.IMAGE)),
                    List.of(
                            new Port("boxes", ValueType.floats(-1, 4, 2)),
                            new Port("scores", ValueType.floats(-1))));

    private static final Map<String, String> MODELS =
            Map.of(
                    "v3", "models/ch_PP-OCRv3_det_infer.onnx",
                    "v4", "models/ch_PP-OCRv4_det_infer.onnx");

    @Override
    public String name() {
        return "ocr-detector";
    }

    @Override
    public String description() {
        return "finds lines of text in a picture; settings: model (v4 or v3; v4 if left out),"
                + " longestSide (pixels that a picture is scaled down to; 960 if left out)";
    }

    @Override
    public Signature signature(Settings settings) {
        settings.only("model", "longestSide");
        model(settings);
        longestSide(settings);
        return SIGNATURE;
    }

    @Override
    public long memoryBytes(Settings settings) {
        long side = longestSide(settings);
        // Measured with v4: 80 MiB when loaded, 410 MiB more at 960 x 960 in fp32, given back
        // after.
        return (80L << 20) + 480 * side * side;
    }

    @Override
    public Service load(Settings settings) {
        signature(settings);
        return new TextDetection(new OnnxModel(model(settings)), longestSide(settings));
    }

    private static int longestSide(Settings settings) {
        return settings.integer("longestSide", 960, 320, 2048);
    }

    private static String model(Settings settings) {
        String version = settings.text("model", "v4");
        String model = MODELS.get(version);
        if (model == null) {
            throw new BadInputException("model: " + Shown.quoted(version), "take v4 or v3");
        }
        return model;
    }
}
