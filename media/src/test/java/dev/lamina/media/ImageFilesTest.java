package dev.lamina.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.serve.ServeException;
import dev.lamina.serve.Value;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFilesTest {
    private static final int RED = 0xffff0000;
    private static final int BLUE = 0xff0000ff;

    @Test
    void pngRoundTripIsExact() {
        Value.Image picture = Pictures.noise(7, 5, 3);
        Value.Image back = ImageFiles.decode(ImageFiles.encodePng(picture));
        assertThat(back.height()).isEqualTo(7);
        assertThat(back.width()).isEqualTo(5);
        assertThat(back.rgb()).isEqualTo(picture.rgb());
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "gif"})
    void losslessFormatsKeepColours(String format) {
        BufferedImage image = new BufferedImage(13, 11, BufferedImage.TYPE_BYTE_INDEXED);
        image.setRGB(0, 0, RED);
        image.setRGB(12, 9, BLUE);
        Value.Image read = ImageFiles.decode(written(image, format));
        assertThat(pixel(read, 0, 0)).containsExactly(255, 0, 0);
        assertThat(pixel(read, 9, 12)).containsExactly(0, 0, 255);
        assertThat(pixel(read, 10, 0)).containsExactly(0, 0, 0);
    }

    @Test
    void jpegIsNearlyThePicture() {
        Value.Image read = ImageFiles.decode(written(Pictures.halves(), "jpeg"));
        assertThat(read.height()).isEqualTo(32);
        assertThat(read.width()).isEqualTo(48);
        assertThat(pixel(read, 16, 4)[0]).isGreaterThan(240);
        assertThat(pixel(read, 16, 44)[2]).isGreaterThan(240);
    }

    @Test
    void transparencyStandsOnWhite() {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00ff0000);
        image.setRGB(1, 0, 0x80000000);
        image.setRGB(2, 0, RED);
        Value.Image read = ImageFiles.decode(written(image, "png"));
        assertThat(pixel(read, 0, 0)).containsExactly(255, 255, 255);
        assertThat(pixel(read, 0, 1)).containsExactly(127, 127, 127);
        assertThat(pixel(read, 0, 2)).containsExactly(255, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({"10, 100, 100", "11, 25700, 100", "10, 0, 0", "10, 255, 255", "11, 65535, 255"})
    void greyIsNotBrightened(int type, int sample, int grey) {
        BufferedImage image = new BufferedImage(2, 2, type);
        image.getRaster().setSample(1, 0, 0, sample);
        assertThat(pixel(ImageFiles.decode(written(image, "png")), 0, 1))
                .containsExactly(grey, grey, grey);
    }

    @Test
    void sixteenBitsOfColourBecomeEight() {
        ComponentColorModel model =
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_sRGB),
                        true,
                        false,
                        Transparency.TRANSLUCENT,
                        DataBuffer.TYPE_USHORT);
        WritableRaster raster = model.createCompatibleWritableRaster(2, 1);
        raster.setPixel(0, 0, new int[] {65535, 32896, 0, 65535});
        raster.setPixel(1, 0, new int[] {0, 0, 0, 0});
        Value.Image read =
                ImageFiles.decode(written(new BufferedImage(model, raster, false, null), "png"));
        assertThat(pixel(read, 0, 0)).containsExactly(255, 128, 0);
        assertThat(pixel(read, 0, 1)).containsExactly(255, 255, 255);
    }

    @Test
    void palettes() {
        BufferedImage image = new BufferedImage(9, 3, BufferedImage.TYPE_BYTE_BINARY);
        image.setRGB(8, 2, 0xffffffff);
        Value.Image read = ImageFiles.decode(written(image, "png"));
        assertThat(pixel(read, 2, 8)).containsExactly(255, 255, 255);
        assertThat(pixel(read, 0, 0)).containsExactly(0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void photographsAreTurnedUpright(int orientation) {
        Value.Image read =
                ImageFiles.decode(oriented(written(Pictures.halves(), "jpeg"), orientation));
        // Red is left and blue is right as stored; T.I.F.F. 6.0, page 36 says where they come.
        int[] red =
                switch (orientation) {
                    case 1, 4 -> new int[] {16, 4};
                    case 2, 3 -> new int[] {16, 44};
                    case 5, 6 -> new int[] {4, 16};
                    default -> new int[] {44, 16};
                };
        assertThat(pixel(read, red[0], red[1])[0]).isGreaterThan(240);
        assertThat(read.height()).isEqualTo(orientation < 5 ? 32 : 48);
    }

    @Test
    void cornersOfTurnedPictures() {
        // 1 2
        // 3 4
        // 5 6
        byte[] rgb = new byte[18];
        for (int i = 0; i < 18; i++) {
            rgb[i] = (byte) (i / 3 + 1);
        }
        Value.Image stored = new Value.Image(3, 2, rgb);
        assertThat(shades(Orientation.upright(stored, 2))).containsExactly(2, 1, 4, 3, 6, 5);
        assertThat(shades(Orientation.upright(stored, 3))).containsExactly(6, 5, 4, 3, 2, 1);
        assertThat(shades(Orientation.upright(stored, 4))).containsExactly(5, 6, 3, 4, 1, 2);
        assertThat(shades(Orientation.upright(stored, 5))).containsExactly(1, 3, 5, 2, 4, 6);
        assertThat(shades(Orientation.upright(stored, 6))).containsExactly(5, 3, 1, 6, 4, 2);
        assertThat(shades(Orientation.upright(stored, 7))).containsExactly(6, 4, 2, 5, 3, 1);
        assertThat(shades(Orientation.upright(stored, 8))).containsExactly(2, 4, 6, 1, 3, 5);
    }

    @Test
    void hugePicturesAreRefusedUnread() {
        // 100,000 x 100,000 in a file of 70 bytes
        refused(
                claiming(100_000, 100_000),
                "height 100000 x width 100000 is more than 25000000 pixels",
                "Maybe scale it down");
        refused(claiming(Integer.MAX_VALUE, Integer.MAX_VALUE), "is more than", "Maybe");
        refused(claiming(0, 10), "cannot be read", "Maybe");
        refused(claiming(-1, 10), "cannot be read", "Maybe");
        byte[] bmp = written(Pictures.halves(), "bmp");
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 6_000).putInt(22, 6_000);
        refused(bmp, "cannot be read", "Maybe");
        for (String format : List.of("png", "jpeg", "bmp", "gif")) {
            byte[] file = written(Pictures.halves(), format);
            assertThatThrownBy(() -> ImageFiles.decode(file, new ImageFiles.Limits(1 << 20, 1535)))
                    .hasMessageContaining("height 32 x width 48 is more than 1535 pixels");
        }
    }

    @Test
    void whatIsNoPicture() {
        refused(new byte[0], "picture: 0 bytes", "Maybe send the file's contents");
        refused("hello".getBytes(StandardCharsets.UTF_8), "68656c6c6f", "Maybe convert it");
        refused(new byte[ImageFiles.MOST_BYTES + 1], "are more than 16777216", "Maybe scale it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
    void cutOffPicturesAreRefused(String format) {
        byte[] whole = written(Pictures.image(Pictures.noise(40, 60, 2)), format);
        for (int length :
                new int[] {9, 20, whole.length / 4, whole.length / 2, whole.length - 30}) {
            refused(Arrays.copyOf(whole, length), "picture: ", "Maybe ");
        }
    }

    @Test
    void printColoursAreRefused() throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            Raster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 8, 8, 4, null);
            writer.write(new IIOImage(raster, null, null));
        }
        writer.dispose();
        refused(bytes.toByteArray(), "4 components (CMYK)", "Maybe convert it to RGB");
    }

    @Test
    void progressiveJpegIsReadButNotOfManyScans() throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam progressive = writer.getDefaultWriteParam();
            progressive.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.write(null, new IIOImage(Pictures.halves(), null, null), progressive);
        }
        writer.dispose();
        byte[] file = bytes.toByteArray();
        assertThat(JpegHeader.read(file).scans()).isBetween(2, 20);
        assertThat(pixel(ImageFiles.decode(file), 16, 4)[0]).isGreaterThan(240);

        ByteBuffer many = ByteBuffer.allocate(file.length + 2000).put(file);
        while (many.hasRemaining()) {
            many.putShort((short) 0xffda);
        }
        refused(many.array(), "scans, more than 100", "Maybe save it again");
    }

    private static void refused(byte[] file, String problem, String maybe) {
        assertThatThrownBy(() -> ImageFiles.decode(file))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining("\n" + maybe)
                .extracting(e -> ((ServeException) e).reason())
                .isEqualTo(ServeException.Reason.BAD_INPUT);
    }

    private static int[] pixel(Value.Image image, int y, int x) {
        int at = 3 * (y * image.width() + x);
        return new int[] {
            image.rgb()[at] & 0xff, image.rgb()[at + 1] & 0xff, image.rgb()[at + 2] & 0xff
        };
    }

    private static int[] shades(Value.Image image) {
        int[] shades = new int[image.height() * image.width()];
        for (int i = 0; i < shades.length; i++) {
            shades[i] = image.rgb()[3 * i];
        }
        return shades;
    }

    static byte[] written(BufferedImage image, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            assertThat(ImageIO.write(image, format, out)).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// A PNG with a header and nothing in it.
    private static byte[] claiming(int height, int width) {
        byte[] file = ImageFiles.encodePng(Pictures.noise(1, 1, 1));
        ByteBuffer header = ByteBuffer.wrap(file).putInt(16, width).putInt(20, height);
        CRC32 crc = new CRC32();
        crc.update(file, 12, 17);
        header.putInt(29, (int) crc.getValue());
        return file;
    }

    private static byte[] oriented(byte[] jpeg, int orientation) {
        ByteBuffer file = ByteBuffer.allocate(jpeg.length + 36);
        file.put(jpeg, 0, 2).putShort((short) 0xffe1).putShort((short) 34);
        file.put("Exif\0\0MM".getBytes(StandardCharsets.ISO_8859_1)).putShort((short) 42).putInt(8);
        file.putShort((short) 1).putShort((short) 0x112).putShort((short) 3).putInt(1);
        file.putShort((short) orientation).putShort((short) 0).putInt(0);
        return file.put(jpeg, 2, jpeg.length - 2).array();
    }
}
