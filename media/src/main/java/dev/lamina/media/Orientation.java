package dev.lamina.media;

import dev.lamina.serve.Value;

/// The eight ways in which a camera says that a picture lies (EXIF 2.32, tag 0x0112).
final class Orientation {
    private Orientation() {}

    /// The picture as it was seen.
    ///
    /// @param orientation 1 to 8; 1 is upright
    static Value.Image upright(Value.Image stored, int orientation) {
        if (orientation == 1) {
            return stored;
        }
        boolean turned = orientation >= 5;
        int height = turned ? stored.width() : stored.height();
        int width = turned ? stored.height() : stored.width();
        byte[] rgb = new byte[stored.rgb().length];
        for (int y = 0, to = 0; y < height; y++) {
            for (int x = 0; x < width; x++, to += 3) {
                int from = 3 * source(stored, orientation, y, x);
                rgb[to] = stored.rgb()[from];
                rgb[to + 1] = stored.rgb()[from + 1];
                rgb[to + 2] = stored.rgb()[from + 2];
            }
        }
        return new Value.Image(height, width, rgb);
    }

    /// Where the pixel at `(y, x)` of the upright picture is stored.
    private static int source(Value.Image stored, int orientation, int y, int x) {
        int bottom = stored.height() - 1;
        int right = stored.width() - 1;
        return switch (orientation) {
            case 2 -> y * stored.width() + right - x;
            case 3 -> (bottom - y) * stored.width() + right - x;
            case 4 -> (bottom - y) * stored.width() + x;
            case 5 -> x * stored.width() + y;
            case 6 -> (bottom - x) * stored.width() + y;
            case 7 -> (bottom - x) * stored.width() + right - y;
            case 8 -> x * stored.width() + right - y;
            default -> throw new IllegalArgumentException("orientation " + orientation);
        };
    }
}
