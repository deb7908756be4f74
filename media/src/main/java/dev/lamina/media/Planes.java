package dev.lamina.media;

import dev.lamina.nn.FloatTensor;
import java.util.List;

/// Pictures as PP-OCR takes them: blue, green and red planes, normalised.
final class Planes {
    private Planes() {}

    /// A batch.
    ///
    /// @param pictures of one height, none wider than `width`
    /// @param mean of blue, green, red, in units of 255
    /// @param deviation likewise
    /// @return `[N, 3, height, width]`, `(value / 255 - mean) / deviation`; on the right of
    ///   narrower pictures zeros
    static FloatTensor of(List<Pixels> pictures, int width, float[] mean, float[] deviation) {
        int height = pictures.getFirst().height();
        int plane = height * width;
        float[] planes = new float[pictures.size() * 3 * plane];
        for (int n = 0; n < pictures.size(); n++) {
            Pixels picture = pictures.get(n);
            for (int c = 0; c < 3; c++) {
                float scale = 1 / (255 * deviation[c]);
                float shift = mean[c] / deviation[c];
                for (int y = 0; y < height; y++) {
                    int to = (3 * n + c) * plane + y * width;
                    int from = 3 * y * picture.width() + 2 - c;
                    for (int x = 0; x < picture.width(); x++) {
                        planes[to + x] = picture.values()[from + 3 * x] * scale - shift;
                    }
                }
            }
        }
        return new FloatTensor(new long[] {pictures.size(), 3, height, width}, planes);
    }
}
