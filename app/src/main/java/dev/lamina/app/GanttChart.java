package dev.lamina.app;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/// What each participant does when: one lane for each, a bar for each piece of work.
///
/// The time axis runs from 0 to `endSeconds`; what lies outside is cut off. Later bars of a lane
/// are drawn over earlier ones.
///
/// @param rows from top to bottom
/// @param endSeconds where the axis ends; if it is not above 0 and finite, at the end of the last
///   bar
record GanttChart(String title, List<Row> rows, double endSeconds) {
    static final int WIDTH = 960;

    private static final int FOOT_HEIGHT = 76; // tick labels, legend
    private static final int MOST_TICKS = 10;
    private static final int MOST_LABEL_WIDTH = 220;

    GanttChart {
        rows = List.copyOf(rows);
        if (!(endSeconds > 0 && endSeconds < Double.POSITIVE_INFINITY)) {
            double last =
                    rows.stream()
                            .flatMap(row -> row.bars().stream())
                            .mapToDouble(Bar::endSeconds)
                            .filter(Double::isFinite)
                            .max()
                            .orElse(0);
            endSeconds = last > 0 ? last : 1;
        }
    }

    /// A lane.
    record Row(String label, List<Bar> bars) {
        Row {
            bars = List.copyOf(bars);
        }
    }

    /// A piece of work.
    ///
    /// @param label written into the bar where it fits
    record Bar(double startSeconds, double endSeconds, Kind kind, String label) {}

    /// What kind of work: each has its colour.
    enum Kind {
        COMPUTE,
        UPLOAD,
        SERVE,
        DOWNLOAD;

        Color color() {
            return switch (this) {
                case COMPUTE -> Palette.series(0);
                case UPLOAD -> Palette.series(4);
                case SERVE -> Palette.series(2);
                case DOWNLOAD -> Palette.series(3);
            };
        }

        private String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    BufferedImage image() {
        return Pictures.draw(WIDTH, height(), this::paint);
    }

    /// Of the drawing, in units.
    int height() {
        return Palette.TITLE_HEIGHT + Math.max(1, rows.size()) * laneHeight() + FOOT_HEIGHT;
    }

    /// The upper edge of a lane, in units.
    int top(int row) {
        return Palette.TITLE_HEIGHT + row * laneHeight();
    }

    int laneHeight() {
        return Math.clamp(460 / Math.max(1, rows.size()), 20, 40);
    }

    /// Where the time axis begins, in units: right of the longest label.
    int left() {
        double widest =
                rows.stream().mapToDouble(row -> width(row.label(), labelFont())).max().orElse(0);
        return Palette.MARGIN + (int) Math.ceil(Math.min(widest, MOST_LABEL_WIDTH)) + 10;
    }

    /// Where a time lies, in units, whole pixels.
    double x(double seconds) {
        return x(left(), seconds);
    }

    private double x(int left, double seconds) {
        double part = Math.clamp(seconds / endSeconds, 0, 1);
        double x = left + part * (WIDTH - Palette.MARGIN - 8 - left);
        return Math.rint(x * Pictures.DENSITY) / Pictures.DENSITY;
    }

    private void paint(Graphics2D graphics) {
        int left = left();
        Palette.paintTitle(graphics, title, WIDTH);
        for (int row = 0; row < rows.size(); row++) {
            if (row % 2 == 0) {
                graphics.setColor(Palette.LANE);
                graphics.fillRect(
                        Palette.MARGIN - 6, top(row), WIDTH - 2 * Palette.MARGIN + 6, laneHeight());
            }
        }
        paintAxis(graphics, left);
        for (int row = 0; row < rows.size(); row++) {
            paintRow(graphics, left, row);
        }
        paintLegend(graphics, left);
    }

    private void paintAxis(Graphics2D graphics, int left) {
        boolean milliseconds = endSeconds < 1;
        double end = milliseconds ? endSeconds * 1e3 : endSeconds;
        double step = Ticks.step(end, MOST_TICKS);
        int bottom = top(Math.max(1, rows.size()));
        graphics.setFont(Palette.font(Font.PLAIN, 12));
        FontMetrics metrics = graphics.getFontMetrics();
        for (int i = 0; i <= MOST_TICKS && i * step <= end * (1 + 1e-9); i++) {
            double x = x(left, milliseconds ? i * step / 1e3 : i * step);
            graphics.setColor(Palette.GRID);
            graphics.draw(new Line2D.Double(x, Palette.TITLE_HEIGHT, x, bottom + 4));
            String text = Ticks.text(i * step) + (milliseconds ? " ms" : " s");
            int width = metrics.stringWidth(text);
            double begin = Math.min(x - width / 2.0, WIDTH - 4.0 - width);
            graphics.setColor(Palette.FAINT_TEXT);
            graphics.drawString(text, (float) begin, bottom + 19);
        }
    }

    private void paintRow(Graphics2D graphics, int left, int index) {
        Row row = rows.get(index);
        int top = top(index);
        graphics.setFont(labelFont());
        graphics.setColor(Palette.TEXT);
        String label = shortened(row.label(), graphics.getFontMetrics(), MOST_LABEL_WIDTH);
        float labelX = left - 10 - graphics.getFontMetrics().stringWidth(label);
        graphics.drawString(label, labelX, baseline(graphics, top));
        double gap = laneHeight() > 26 ? 5 : 2.5;
        graphics.setFont(Palette.font(Font.PLAIN, laneHeight() > 26 ? 12 : 10));
        FontMetrics metrics = graphics.getFontMetrics();
        for (Bar bar : row.bars()) {
            if (!(bar.endSeconds() >= 0 && bar.startSeconds() <= endSeconds)) {
                continue;
            }
            double from = x(left, bar.startSeconds());
            double width = Math.max(1, x(left, bar.endSeconds()) - from);
            graphics.setColor(bar.kind().color());
            graphics.fill(new Rectangle2D.Double(from, top + gap, width, laneHeight() - 2 * gap));
            if (width > 5) { // tells a bar from the one before of its kind
                graphics.setColor(Palette.BACKGROUND);
                graphics.fill(new Rectangle2D.Double(from, top + gap, 0.5, laneHeight() - 2 * gap));
            }
            double textWidth = metrics.stringWidth(bar.label());
            if (textWidth + 6 <= width) {
                graphics.setColor(Palette.textOn(bar.kind().color()));
                graphics.drawString(
                        bar.label(),
                        (float) (from + (width - textWidth) / 2),
                        baseline(graphics, top));
            }
        }
    }

    private void paintLegend(Graphics2D graphics, int left) {
        graphics.setFont(Palette.font(Font.PLAIN, 12));
        float x = left;
        int y = height() - 30;
        for (Kind kind : Kind.values()) {
            boolean drawn =
                    rows.stream().anyMatch(r -> r.bars().stream().anyMatch(b -> b.kind() == kind));
            if (drawn) {
                graphics.setColor(kind.color());
                graphics.fill(new Rectangle2D.Double(x, y, 14, 12));
                graphics.setColor(Palette.TEXT);
                graphics.drawString(kind.text(), x + 20, y + 11);
                x += 20 + graphics.getFontMetrics().stringWidth(kind.text()) + 22;
            }
        }
    }

    private float baseline(Graphics2D graphics, int top) {
        FontMetrics metrics = graphics.getFontMetrics();
        return top + (laneHeight() + metrics.getAscent() - metrics.getDescent()) / 2f;
    }

    private Font labelFont() {
        return Palette.font(Font.PLAIN, laneHeight() > 26 ? 13 : 11);
    }

    private static double width(String text, Font font) {
        return font.getStringBounds(text, new FontRenderContext(null, true, true)).getWidth();
    }

    private static String shortened(String text, FontMetrics metrics, double most) {
        String shown = text;
        for (int end = text.length(); end > 0 && metrics.stringWidth(shown) > most + 1; end--) {
            shown = text.substring(0, end - 1) + "…";
        }
        return shown;
    }
}
