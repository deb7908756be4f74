package dev.lamina.media;

import dev.lamina.base.Seeds;
import dev.lamina.serve.Value;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.random.RandomGenerator;

/// Pictures for tests.
final class Pictures {
    private Pictures() {}

    static Value.Image noise(int height, int width, long seed) {
        RandomGenerator random = Seeds.stream(seed, "noise");
        byte[] rgb = new byte[3 * height * width];
        random.nextBytes(rgb);
        return new Value.Image(height, width, rgb);
    }

    static Value.Image plain(int height, int width, int shade) {
        byte[] rgb = new byte[3 * height * width];
        java.util.Arrays.fill(rgb, (byte) shade);
        return new Value.Image(height, width, rgb);
    }

    /// 32 x 48: red on the left, blue on the right.
    static BufferedImage halves() {
        BufferedImage image = new BufferedImage(48, 32, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.RED);
        graphics.fillRect(0, 0, 24, 32);
        graphics.setColor(Color.BLUE);
        graphics.fillRect(24, 0, 24, 32);
        graphics.dispose();
        return image;
    }

    static BufferedImage image(Value.Image picture) {
        BufferedImage image =
                new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0, at = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++, at += 3) {
                image.setRGB(
                        x,
                        y,
                        (picture.rgb()[at] & 0xff) << 16
                                | (picture.rgb()[at + 1] & 0xff) << 8
                                | (picture.rgb()[at + 2] & 0xff));
            }
        }
        return image;
    }
}
