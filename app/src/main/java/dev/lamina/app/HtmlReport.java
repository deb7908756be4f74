package dev.lamina.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lamina.base.AtomicFiles;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// A report as one HTML file that needs nothing else: the style and the pictures are in it, and it
/// loads nothing. Parts come in the order in which they are added; all text is escaped.
final class HtmlReport {
    private static final Pattern NUMBER =
            Pattern.compile("-|[-+]?[0-9][0-9.,]*(e[-+]?[0-9]+)?( ?(%|×|[A-Za-zµ/]{1,5}))?");

    private static final String STYLE =
            """
            :root { color-scheme: light dark; --line: #d5d8dd; --faint: #5a6068; --block: #f4f5f7; }
            @media (prefers-color-scheme: dark) {
              :root { --line: #43484f; --faint: #a8aeb6; --block: #23272c; }
              body { background: #16191d; color: #e6e8ea; }
            }
            * { box-sizing: border-box; }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto;
                   padding: 1rem; overflow-wrap: break-word; }
            h1 { font-size: 1.6rem; line-height: 1.25; }
            h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; }
            p { max-width: 44rem; white-space: pre-line; }
            .scroll { overflow-x: auto; margin: 1rem 0; }
            table { border-collapse: collapse; }
            th, td { padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top;
                     border-bottom: 1px solid var(--line); }
            th { color: var(--faint); font-weight: 600; }
            .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
            figure { margin: 1.5rem 0; }
            img { display: block; max-width: 100%; height: auto; background: #fff;
                  border: 1px solid var(--line); border-radius: 6px; }
            figcaption { margin-top: .4rem; color: var(--faint); font-size: .9rem; }
            summary { cursor: pointer; font-weight: 600; padding: .4rem 0; }
            pre { background: var(--block); padding: .8rem; border-radius: 6px; overflow-x: auto;
                  font-size: .8rem; }
            """;

    private final String title;
    private final StringBuilder body = new StringBuilder();

    HtmlReport(String title) {
        this.title = title;
    }

    HtmlReport heading(String text) {
        body.append("<h2>").append(escaped(text)).append("</h2>\n");
        return this;
    }

    /// Lines of the text stay lines.
    HtmlReport paragraph(String text) {
        body.append("<p>").append(escaped(text)).append("</p>\n");
        return this;
    }

    /// A table; columns of nothing but numbers (with or without a unit) stand to the right.
    ///
    /// @param rows each at most as long as `headers`; what is missing stays empty
    HtmlReport table(List<String> headers, List<List<String>> rows) {
        body.append("<div class=\"scroll\"><table>\n<thead><tr>");
        for (int c = 0; c < headers.size(); c++) {
            String open =
                    isNumeric(rows, c)
                            ? "<th scope=\"col\" class=\"number\">"
                            : "<th scope=\"col\">";
            body.append(open).append(escaped(headers.get(c))).append("</th>");
        }
        body.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            body.append("<tr>");
            for (int c = 0; c < headers.size(); c++) {
                String open = isNumeric(rows, c) ? "<td class=\"number\">" : "<td>";
                body.append(open).append(escaped(cell(row, c))).append("</td>");
            }
            body.append("</tr>\n");
        }
        body.append("</tbody>\n</table></div>\n");
        return this;
    }

    /// A picture.
    ///
    /// @param caption below it, and read out in its place
    /// @param image with [Pictures#DENSITY] pixels for a unit
    HtmlReport picture(String caption, BufferedImage image) {
        String text = escaped(caption);
        body.append("<figure><img alt=\"%s\"".formatted(text))
                .append(" width=\"%d\"".formatted(image.getWidth() / Pictures.DENSITY))
                .append(" height=\"%d\"".formatted(image.getHeight() / Pictures.DENSITY))
                .append(" src=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(Pictures.png(image)))
                .append("\">\n<figcaption>")
                .append(text)
                .append("</figcaption></figure>\n");
        return this;
    }

    /// Text, of JSON for instance, that shows when its summary is clicked.
    HtmlReport details(String summary, String text) {
        body.append("<details><summary>")
                .append(escaped(summary))
                .append("</summary>\n<pre>")
                .append(escaped(text))
                .append("</pre></details>\n");
        return this;
    }

    /// The whole page.
    String html() {
        String text = escaped(title);
        return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        <h1>%s</h1>
        %s</body>
        </html>
        """
                .formatted(text, STYLE, text, body);
    }

    /// Writes the page.
    ///
    /// @throws java.io.UncheckedIOException if it cannot be written
    void write(Path file) {
        AtomicFiles.writeString(file, html());
    }

    private static boolean isNumeric(List<List<String>> rows, int column) {
        List<String> cells =
                rows.stream().map(row -> cell(row, column)).filter(c -> !c.isBlank()).toList();
        return !cells.isEmpty() && cells.stream().allMatch(c -> NUMBER.matcher(c).matches());
    }

    private static String cell(List<String> row, int column) {
        return column < row.size() ? row.get(column) : "";
    }

    /// Text as HTML, in element and attribute alike. Half a surrogate pair and control characters,
    /// which no page may have, become question marks.
    private static String escaped(String text) {
        return new String(text.getBytes(UTF_8), UTF_8)
                .replaceAll("[\\p{Cntrl}&&[^\\n\\r\\t]]", "?")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
