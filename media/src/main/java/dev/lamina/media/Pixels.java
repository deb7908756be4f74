package dev.lamina.media;

import dev.lamina.serve.Value;
import java.util.List;

/// A part of a picture that is computed with: small, unlike the picture, which stays in bytes.
///
/// @param values `[height, width, 3]` in RGB, 0 to 255
@SuppressWarnings("ArrayRecordComponent")
record Pixels(int height, int width, float[] values) {

    /// A picture in another size ([Taps]).
    static Pixels resized(Value.Image picture, int newHeight, int newWidth) {
        int height = picture.height();
        int width = picture.width();
        Taps taps = Taps.between(width, newWidth);
        float[] row = new float[3 * width];
        float[] narrow = new float[height * newWidth * 3];
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < row.length; i++) {
                row[i] = picture.rgb()[y * row.length + i] & 0xff;
            }
            taps.apply(row, 0, 3, narrow, y * newWidth * 3);
        }
        return new Pixels(height, newWidth, narrow).ofHeight(newHeight);
    }

    /// What lies in a quadrilateral of a picture, straightened: a perspective warp with linear
    /// interpolation. Beyond the picture's edge its border goes on.
    ///
    /// @param corners top left, top right, bottom right, bottom left
    static Pixels cut(Value.Image picture, List<Point> corners, int newHeight, int newWidth) {
        Perspective perspective = Perspective.to(corners);
        float[] cut = new float[newHeight * newWidth * 3];
        for (int y = 0, at = 0; y < newHeight; y++) {
            double v = newHeight == 1 ? 0.5 : (double) y / (newHeight - 1);
            for (int x = 0; x < newWidth; x++, at += 3) {
                double u = newWidth == 1 ? 0.5 : (double) x / (newWidth - 1);
                sample(picture, perspective.at(u, v), cut, at);
            }
        }
        return new Pixels(newHeight, newWidth, cut);
    }

    /// The same in another size ([Taps]).
    Pixels resized(int newHeight, int newWidth) {
        Taps taps = Taps.between(width, newWidth);
        float[] narrow = new float[height * newWidth * 3];
        for (int y = 0; y < height; y++) {
            taps.apply(values, y * width * 3, 3, narrow, y * newWidth * 3);
        }
        return new Pixels(height, newWidth, narrow).ofHeight(newHeight);
    }

    /// Turned by a quarter, counter-clockwise.
    Pixels turned() {
        float[] turned = new float[values.length];
        for (int y = 0; y < width; y++) {
            for (int x = 0; x < height; x++) {
                System.arraycopy(
                        values, 3 * (x * width + width - 1 - y), turned, 3 * (y * height + x), 3);
            }
        }
        return new Pixels(/* height= */ width, /* width= */ height, turned);
    }

    /// Turned by a half.
    Pixels upsideDown() {
        float[] turned = new float[values.length];
        for (int i = 0; i < height * width; i++) {
            System.arraycopy(values, 3 * i, turned, values.length - 3 * (i + 1), 3);
        }
        return new Pixels(height, width, turned);
    }

    private Pixels ofHeight(int newHeight) {
        float[] low = new float[newHeight * width * 3];
        Taps.between(height, newHeight).apply(values, 0, 3 * width, low, 0);
        return new Pixels(newHeight, width, low);
    }

    private static void sample(Value.Image picture, Point point, float[] into, int at) {
        byte[] rgb = picture.rgb();
        double x = Math.clamp(point.x(), 0, picture.width() - 1.0);
        double y = Math.clamp(point.y(), 0, picture.height() - 1.0);
        int left = (int) x;
        int top = (int) y;
        float toRight = (float) (x - left);
        float down = (float) (y - top);
        int topLeft = 3 * (top * picture.width() + left);
        int right = left + 1 < picture.width() ? 3 : 0;
        int below = top + 1 < picture.height() ? 3 * picture.width() : 0;
        for (int c = 0; c < 3; c++, topLeft++) {
            float upper = between(rgb[topLeft], rgb[topLeft + right], toRight);
            float lower = between(rgb[topLeft + below], rgb[topLeft + below + right], toRight);
            into[at + c] = upper + down * (lower - upper);
        }
    }

    private static float between(byte first, byte second, float part) {
        int from = first & 0xff;
        return from + part * ((second & 0xff) - from);
    }
}
