package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturesTest {
    @TempDir Path folder;

    private static BufferedImage picture() {
        return Pictures.draw(
                4,
                3,
                graphics -> {
                    graphics.setColor(Color.RED);
                    graphics.fillRect(1, 1, 2, 1);
                });
    }

    @Test
    void pngKeepsEveryPixel() throws IOException {
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(Pictures.png(picture())));
        assertThat(read.getWidth()).isEqualTo(4 * Pictures.DENSITY);
        assertThat(PixelsFixture.count(read, Color.RED))
                .isEqualTo(2 * Pictures.DENSITY * Pictures.DENSITY);
        assertThat(PixelsFixture.pixels(read)).isEqualTo(PixelsFixture.pixels(picture()));
    }

    @Test
    void writesNothingBesideTheFile() throws IOException {
        Path file = folder.resolve("p.png");
        Pictures.write(file, picture());
        assertThat(Files.readAllBytes(file)).isEqualTo(Pictures.png(picture()));
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void curvesAreTwoChartsSideBySide() throws IOException {
        Path file = folder.resolve("curves.png");
        new Curves("t", List.of(2.0, 1.0), List.of(2.5, 1.5), List.of()).write(file);
        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isEqualTo(1280);
        assertThat(image.getHeight()).isEqualTo(440);
        BufferedImage left = image.getSubimage(0, 0, 640, 440);
        BufferedImage right = image.getSubimage(640, 0, 640, 440);
        assertThat(PixelsFixture.count(left, Palette.series(1))).isPositive();
        assertThat(PixelsFixture.count(right, Palette.series(0))).isZero();
        assertThat(PixelsFixture.colors(right)).isGreaterThan(1);
    }
}
