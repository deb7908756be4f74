package dev.lamina.media;

import dev.lamina.serve.ServeException;
import dev.lamina.serve.Value;
import java.awt.image.BufferedImage;
import java.util.List;

/// Any bytes as a picture: it is read, or refused as bad input.
public final class ImageFuzz {
    /// Small, so that a target that finds a large picture does not spend its time on it.
    private static final ImageFiles.Limits LIMITS = new ImageFiles.Limits(1 << 16, 1 << 16);

    private ImageFuzz() {}

    /// Called by Jazzer and by [MutationTest].
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            Value.Image picture = ImageFiles.decode(input, LIMITS);
            if ((long) picture.height() * picture.width() > LIMITS.pixels()) {
                throw new AssertionError(picture.height() + " x " + picture.width());
            }
        } catch (ServeException e) {
            if (e.reason() != ServeException.Reason.BAD_INPUT) {
                throw e;
            }
        }
    }

    static List<byte[]> seeds() {
        BufferedImage grey = new BufferedImage(9, 7, BufferedImage.TYPE_BYTE_GRAY);
        BufferedImage palette = new BufferedImage(9, 7, BufferedImage.TYPE_BYTE_INDEXED);
        BufferedImage noise = Pictures.image(Pictures.noise(9, 7, 1));
        return List.of(
                ImageFilesTest.written(noise, "png"),
                ImageFilesTest.written(grey, "png"),
                ImageFilesTest.written(palette, "png"),
                ImageFilesTest.written(noise, "jpeg"),
                ImageFilesTest.written(grey, "jpeg"),
                ImageFilesTest.written(noise, "bmp"),
                ImageFilesTest.written(palette, "bmp"),
                ImageFilesTest.written(noise, "gif"));
    }
}
