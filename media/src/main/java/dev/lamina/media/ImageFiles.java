package dev.lamina.media;

import dev.lamina.base.Shown;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.Value;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// Pictures as files: PNG, JPEG, BMP and GIF (its first frame) become [Value.Image], and back to
/// PNG. Bytes may come from anywhere: size is checked before anything is read, height and width in
/// the header before anything is unpacked.
public final class ImageFiles {
    /// The largest file, in bytes.
    public static final int MOST_BYTES = 16 << 20;

    /// The largest picture, in pixels.
    public static final long MOST_PIXELS = 25_000_000;

    private ImageFiles() {}

    /// What is refused unread.
    ///
    /// @param bytes of the file
    /// @param pixels of the picture
    public record Limits(int bytes, long pixels) {
        public static final Limits DEFAULT = new Limits(MOST_BYTES, MOST_PIXELS);
    }

    /// [#decode(byte\[\], Limits)] under the usual limits.
    public static Value.Image decode(byte[] file) {
        return decode(file, Limits.DEFAULT);
    }

    /// A picture in RGB: what is transparent stands on white, 16 bits a channel become 8, grey is
    /// taken as it is (no gamma), colours with a profile are brought to sRGB. A photograph is
    /// turned the way its EXIF orientation says.
    ///
    /// @throws ServeException with reason BAD_INPUT if it is too large, not a picture, cut off or
    ///   of a kind that is not read
    public static Value.Image decode(byte[] file, Limits limits) {
        ServeException.check(file.length > 0, "picture: 0 bytes", "send the file's contents");
        ServeException.check(
                file.length <= limits.bytes(),
                "picture: " + file.length + " bytes are more than " + limits.bytes(),
                "scale it down, or save it as JPEG");
        ImageFormat format = ImageFormat.of(file);
        int orientation = 1;
        if (format == ImageFormat.JPEG) {
            JpegHeader header = JpegHeader.read(file);
            header.check();
            orientation = header.orientation();
        }
        return Orientation.upright(read(file, format, limits), orientation);
    }

    /// The picture as PNG, 8 bits a channel.
    public static byte[] encodePng(Value.Image picture) {
        BufferedImage image =
                new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        int[] row = new int[picture.width()];
        byte[] rgb = picture.rgb();
        for (int y = 0, at = 0; y < picture.height(); y++) {
            for (int x = 0; x < row.length; x++, at += 3) {
                row[x] = (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff);
            }
            image.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // Not a stream of ImageIO's making, which may go through a file.
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Value.Image read(byte[] file, ImageFormat format, Limits limits) {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format.name()).next();
        List<String> warnings = new ArrayList<>();
        try (ImageInputStream in =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            // Metadata is not read: it may unpack to any size.
            reader.setInput(in, true, true);
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            int height = reader.getHeight(0);
            int width = reader.getWidth(0);
            ServeException.check(
                    height > 0 && width > 0,
                    "picture: height " + height + ", width " + width,
                    "the file is damaged; send it again");
            ServeException.check(
                    (long) height * width <= limits.pixels(),
                    "picture: height "
                            + height
                            + " x width "
                            + width
                            + " is more than "
                            + limits.pixels()
                            + " pixels",
                    "scale it down");
            BufferedImage image = reader.read(0);
            for (String warning : warnings) {
                // The JPEG reader fills up what is missing with grey, and warns.
                ServeException.check(
                        !warning.contains("Truncated")
                                && !warning.contains("Premature")
                                && !warning.contains("Corrupt"),
                        "picture: damaged " + format + ": " + Shown.plain(warning),
                        "the file is cut off; send it again");
            }
            return rgb(image);
        } catch (ServeException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The readers of the JDK answer damage with exceptions of many types.
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new ServeException(
                    Reason.BAD_INPUT,
                    "picture: "
                            + format
                            + " of "
                            + file.length
                            + " bytes cannot be read: "
                            + Shown.plain(why)
                            + "\nMaybe the file is damaged or cut off; send it again",
                    e);
        } finally {
            reader.dispose();
        }
    }

    private static Value.Image rgb(BufferedImage image) {
        boolean grey =
                image.getRaster().getNumBands() <= 2
                        && !(image.getColorModel() instanceof IndexColorModel);
        return new Value.Image(
                image.getHeight(), image.getWidth(), grey ? fromGrey(image) : fromColour(image));
    }

    /// By hand, because Java 2D takes grey to be linear light and brightens it.
    private static byte[] fromGrey(BufferedImage image) {
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        int most = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
        int width = image.getWidth();
        int[] row = new int[width * bands];
        byte[] rgb = new byte[3 * width * image.getHeight()];
        for (int y = 0, at = 0; y < image.getHeight(); y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++, at += 3) {
                int grey = (row[bands * x] * 255 + most / 2) / most;
                int alpha = bands == 1 ? 255 : (row[bands * x + 1] * 255 + most / 2) / most;
                byte shade = onWhite(grey, alpha);
                rgb[at] = shade;
                rgb[at + 1] = shade;
                rgb[at + 2] = shade;
            }
        }
        return rgb;
    }

    private static byte[] fromColour(BufferedImage image) {
        int width = image.getWidth();
        int[] row = new int[width];
        byte[] rgb = new byte[3 * width * image.getHeight()];
        for (int y = 0, at = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++, at += 3) {
                int alpha = row[x] >>> 24;
                rgb[at] = onWhite(row[x] >> 16 & 0xff, alpha);
                rgb[at + 1] = onWhite(row[x] >> 8 & 0xff, alpha);
                rgb[at + 2] = onWhite(row[x] & 0xff, alpha);
            }
        }
        return rgb;
    }

    private static byte onWhite(int value, int alpha) {
        return (byte) ((value * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}
