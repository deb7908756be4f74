package dev.lamina.media;

import dev.lamina.serve.Value;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/// Pictures of text.
final class Rendered {
    private Rendered() {}

    /// Lines in black on white, with a margin, turned about the middle.
    ///
    /// @param degrees clockwise
    static BufferedImage image(
            int height, int width, int fontPixels, double degrees, List<String> lines) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(Color.BLACK);
        graphics.rotate(Math.toRadians(degrees), width / 2.0, height / 2.0);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, fontPixels));
        int lineHeight = fontPixels * 3 / 2;
        int widest =
                lines.stream().mapToInt(graphics.getFontMetrics()::stringWidth).max().orElse(0);
        int left = (width - widest) / 2;
        int top = (height - lineHeight * lines.size()) / 2;
        for (int i = 0; i < lines.size(); i++) {
            graphics.drawString(lines.get(i), left, top + i * lineHeight + fontPixels);
        }
        graphics.dispose();
        return image;
    }

    static Value.Image picture(BufferedImage image) {
        byte[] rgb = new byte[3 * image.getHeight() * image.getWidth()];
        for (int y = 0, at = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int pixel = image.getRGB(x, y);
                rgb[at++] = (byte) (pixel >> 16);
                rgb[at++] = (byte) (pixel >> 8);
                rgb[at++] = (byte) pixel;
            }
        }
        return new Value.Image(image.getHeight(), image.getWidth(), rgb);
    }
}
