package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
    private static final String EVIL = "<script src=\"x\">'&";
    private static final String ESCAPED = "&lt;script src=&quot;x&quot;&gt;&#39;&amp;";

    @TempDir Path folder;

    private static BufferedImage picture() {
        return Pictures.draw(10, 6, graphics -> graphics.setColor(Color.RED));
    }

    @Test
    void everythingIsEscaped() {
        String html =
                new HtmlReport(EVIL)
                        .heading(EVIL)
                        .paragraph(EVIL)
                        .table(List.of(EVIL), List.of(List.of(EVIL)))
                        .picture(EVIL, picture())
                        .details(EVIL, EVIL)
                        .html();
        assertThat(html).doesNotContain("<script", "'&\"");
        assertThat(html.split(Pattern.quote(ESCAPED), -1)).hasSize(10 + 1);
    }

    @Test
    void nothingComesFromOutside() {
        String html = new HtmlReport("t").paragraph("p").picture("c", picture()).html();
        assertThat(html).doesNotContain("http", "href", "url(", "@import", "<link", "<script");
        Matcher sources = Pattern.compile("src=\"(.{0,22})").matcher(html);
        assertThat(sources.results().map(found -> found.group(1)))
                .containsExactly("data:image/png;base64,");
        assertThat(html).contains("name=\"viewport\"", "prefers-color-scheme: dark");
    }

    @Test
    void aPictureIsInThePage() throws IOException {
        String html = new HtmlReport("t").picture("what it shows", picture()).html();
        assertThat(html)
                .contains("alt=\"what it shows\" width=\"10\" height=\"6\"")
                .contains("<figcaption>what it shows</figcaption>");
        Matcher data = Pattern.compile("base64,([^\"]*)\"").matcher(html);
        assertThat(data.find()).isTrue();
        byte[] png = Base64.getDecoder().decode(data.group(1));
        assertThat(PixelsFixture.pixels(ImageIO.read(new ByteArrayInputStream(png))))
                .isEqualTo(PixelsFixture.pixels(picture()));
    }

    @Test
    void columnsOfNumbersStandToTheRight() {
        String html =
                new HtmlReport("t")
                        .table(
                                List.of("scheme", "time", "mixed", "empty"),
                                List.of(
                                        List.of("split", "1,200.5 s", "3", ""),
                                        List.of("local", "-", "many"),
                                        List.of("central", "-1.5e-3", "4", "")))
                        .html();
        assertThat(html)
                .contains("<th scope=\"col\">scheme</th>")
                .contains("<th scope=\"col\" class=\"number\">time</th>")
                .contains("<td class=\"number\">1,200.5 s</td>")
                .contains("<td>many</td><td></td>")
                .contains("<td>3</td>");
    }

    @Test
    void textThatNoPageMayHaveIsReplaced() throws IOException {
        Path file = folder.resolve("report.html");
        new HtmlReport("t")
                .paragraph("a\u001bb\ud800c\nd 100%")
                .table(List.of(), List.of())
                .write(file);
        assertThat(Files.readString(file)).contains("<p>a?b?c\nd 100%</p>");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }
}
