package dev.lamina.app;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/// What tests ask of a picture.
final class PixelsFixture {
    private PixelsFixture() {}

    static int count(BufferedImage image, Color color) {
        return (int) Arrays.stream(pixels(image)).filter(p -> p == color.getRGB()).count();
    }

    static int colors(BufferedImage image) {
        return (int) Arrays.stream(pixels(image)).distinct().count();
    }

    static int[] pixels(BufferedImage image) {
        int width = image.getWidth();
        return image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
    }
}
