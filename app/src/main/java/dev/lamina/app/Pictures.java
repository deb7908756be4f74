package dev.lamina.app;

import dev.lamina.base.AtomicFiles;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/// Makes pictures, and PNG of them.
final class Pictures {
    /// Pixels for one unit of a drawing, along each side: sharp on screens of high density.
    static final int DENSITY = 2;

    private Pictures() {}

    /// A white picture with a drawing on it.
    ///
    /// @param width in units of the drawing; the picture has [#DENSITY] times as many pixels
    /// @param height likewise
    static BufferedImage draw(int width, int height, Consumer<Graphics2D> drawing) {
        return draw(width, height, DENSITY, drawing);
    }

    /// As [#draw(int, int, Consumer)], of another density.
    static BufferedImage draw(int width, int height, int density, Consumer<Graphics2D> drawing) {
        BufferedImage image =
                new BufferedImage(width * density, height * density, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.scale(density, density);
            graphics.setRenderingHint(
                    RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(
                    RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(
                    RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.setColor(Palette.BACKGROUND);
            graphics.fillRect(0, 0, width, height);
            drawing.accept(graphics);
        } finally {
            graphics.dispose();
        }
        return image;
    }

    /// A picture as the bytes of a PNG file.
    static byte[] png(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "png", bytes)) {
                throw new IOException("this JDK writes no PNG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// Writes a picture as a PNG file.
    ///
    /// @throws UncheckedIOException if it cannot be written; what was there is then as it was
    static void write(Path png, BufferedImage image) {
        byte[] bytes = png(image);
        AtomicFiles.write(png, temporary -> Files.write(temporary, bytes));
    }
}
