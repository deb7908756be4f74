package dev.lamina.app;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/// The colours and fonts that all pictures share.
///
/// The series colours are those of Okabe and Ito, "Color universal design" (2008), which people
/// with any colour vision tell apart; their yellow is left out, as it is faint on white.
final class Palette {
    static final Color BACKGROUND = Color.WHITE;
    static final Color TEXT = new Color(0x222222);
    static final Color FAINT_TEXT = new Color(0x5a5a5a);
    static final Color GRID = new Color(0xe2e2e2);
    static final Color LANE = new Color(0xf5f6f8);

    /// Left and right of a picture.
    static final int MARGIN = 16;

    /// Above what a picture shows.
    static final int TITLE_HEIGHT = 40;

    private static final List<Color> SERIES =
            List.of(
                    new Color(0x0072b2), // blue
                    new Color(0xd55e00), // vermilion
                    new Color(0x009e73), // bluish green
                    new Color(0xcc79a7), // reddish purple
                    new Color(0xe69f00), // orange
                    new Color(0x56b4e9), // sky blue
                    new Color(0x333333));

    private Palette() {}

    /// The colour of the series at an index, from 0; they repeat after [#count()].
    static Color series(int index) {
        return SERIES.get(index % SERIES.size());
    }

    static int count() {
        return SERIES.size();
    }

    /// Black or white, whichever reads better on a background (relative luminance of WCAG 2, with a
    /// plain power of 2.2 for the transfer curve).
    static Color textOn(Color background) {
        double luminance =
                0.2126 * linear(background.getRed())
                        + 0.7152 * linear(background.getGreen())
                        + 0.0722 * linear(background.getBlue());
        return luminance > 0.26 ? TEXT : Color.WHITE;
    }

    private static double linear(int component) {
        return Math.pow(component / 255.0, 2.2);
    }

    static Font font(int style, double points) {
        return new Font(Font.SANS_SERIF, style, 1).deriveFont((float) points);
    }

    /// Draws a title over the whole width of a picture, small enough to fit.
    static void paintTitle(Graphics2D graphics, String title, int width) {
        int room = width - 2 * MARGIN;
        graphics.setFont(font(Font.BOLD, 15));
        double fitting = 14.5 * room / Math.max(1, graphics.getFontMetrics().stringWidth(title));
        graphics.setFont(font(Font.BOLD, Math.clamp(fitting, 7, 15)));
        graphics.setColor(TEXT);
        graphics.drawString(title, MARGIN, TITLE_HEIGHT - 15);
    }

    /// Gives a chart of XChart the common look; its title is for [#paintTitle]. The legend is one
    /// line below the plot where it fits, and a column beside it otherwise.
    static void apply(AxesChartStyler style, int width, List<String> legend) {
        style.setChartBackgroundColor(BACKGROUND);
        style.setPlotBackgroundColor(BACKGROUND);
        style.setPlotBorderVisible(false);
        style.setPlotGridLinesColor(GRID);
        style.setPlotGridLinesStroke(new BasicStroke(1f));
        style.setChartFontColor(TEXT);
        style.setAxisTickLabelsColor(FAINT_TEXT);
        style.setAxisTickMarksColor(FAINT_TEXT);
        style.setAxisTickLabelsFont(font(Font.PLAIN, 12));
        style.setAxisTitleFont(font(Font.PLAIN, 13));
        style.setChartPadding(12);
        style.setChartTitleVisible(false);
        style.setYAxisLabelAlignment(TextAlignment.Right);
        style.setLegendFont(font(Font.PLAIN, 12));
        style.setLegendBorderColor(BACKGROUND);
        style.setLegendVisible(!legend.isEmpty());
        int legendWidth = legend.stream().mapToInt(name -> 60 + 8 * name.length()).sum();
        boolean below = legendWidth < width;
        style.setLegendPosition(below ? LegendPosition.OutsideS : LegendPosition.OutsideE);
        style.setLegendLayout(below ? LegendLayout.Horizontal : LegendLayout.Vertical);
        style.setLocale(Locale.ROOT);
    }
}
