package dev.lamina.app;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/// Values over a plane in colours, dark to bright, with a scale beside them.
final class HeatMap {
    static final int WIDTH = 760;
    static final int HEIGHT = 420;

    private static final int LEFT = 76;
    private static final int RIGHT = 110;
    private static final int BOTTOM = 56;
    private static final int SCALE_WIDTH = 16;

    /// Corners of the scale of colours, from dark to bright (viridis).
    private static final int[] COLOURS = {
        0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b,
        0xfde725
    };

    private final String title;
    private final Axis across;
    private final Axis up;
    private final String unit;
    private final double[][] values;
    private final double low;
    private final double high;

    /// @param values rows from the bottom to the top, each from left to right; all as long
    /// @param low what is darkest, and all below it
    /// @param high what is brightest
    HeatMap(
            String title,
            Axis across,
            Axis up,
            String unit,
            double[][] values,
            double low,
            double high) {
        this.title = title;
        this.across = across;
        this.up = up;
        this.unit = unit;
        this.values = values;
        this.low = low;
        this.high = high;
    }

    /// @param from at the first value's outer edge
    /// @param to at the last value's outer edge
    record Axis(String name, double from, double to) {}

    BufferedImage image() {
        return Pictures.draw(WIDTH, HEIGHT, this::paint);
    }

    private void paint(Graphics2D graphics) {
        Palette.paintTitle(graphics, title, WIDTH);
        int width = WIDTH - LEFT - RIGHT;
        int height = HEIGHT - Palette.TITLE_HEIGHT - BOTTOM;
        int columns = values[0].length;
        BufferedImage cells = new BufferedImage(columns, values.length, BufferedImage.TYPE_INT_RGB);
        for (int r = 0; r < values.length; r++) {
            for (int c = 0; c < columns; c++) {
                double share = (values[r][c] - low) / (high - low);
                cells.setRGB(c, values.length - 1 - r, colour(share));
            }
        }
        graphics.drawImage(cells, LEFT, Palette.TITLE_HEIGHT, width, height, null);
        graphics.setFont(Palette.font(Font.PLAIN, 12));
        FontMetrics text = graphics.getFontMetrics();
        for (int i = 0; i <= 4; i++) {
            graphics.setColor(Palette.FAINT_TEXT);
            String x = Ticks.text(across.from() + (across.to() - across.from()) * i / 4);
            int at = LEFT + width * i / 4;
            graphics.drawString(
                    x, at - text.stringWidth(x) / 2, Palette.TITLE_HEIGHT + height + 17);
            String y = Ticks.text(up.from() + (up.to() - up.from()) * i / 4);
            int line = Palette.TITLE_HEIGHT + height - height * i / 4;
            graphics.drawString(y, LEFT - 8 - text.stringWidth(y), line + 4);
            int scale = WIDTH - RIGHT + 20;
            graphics.drawString(
                    Ticks.text(low + (high - low) * i / 4), scale + SCALE_WIDTH + 6, line + 4);
        }
        scale(graphics, height);
        graphics.setColor(Palette.TEXT);
        graphics.drawString(
                across.name(), LEFT + (width - text.stringWidth(across.name())) / 2, HEIGHT - 14);
        Graphics2D turned = (Graphics2D) graphics.create();
        turned.rotate(-Math.PI / 2);
        turned.drawString(
                up.name(), -Palette.TITLE_HEIGHT - (height + text.stringWidth(up.name())) / 2, 18);
        turned.dispose();
    }

    private void scale(Graphics2D graphics, int height) {
        int left = WIDTH - RIGHT + 20;
        for (int y = 0; y < height; y++) {
            graphics.setColor(new Color(colour(1 - (y + 0.5) / height)));
            graphics.fillRect(left, Palette.TITLE_HEIGHT + y, SCALE_WIDTH, 1);
        }
        graphics.setColor(Palette.TEXT);
        graphics.drawString(unit, left, Palette.TITLE_HEIGHT + height + 34);
    }

    private static int colour(double share) {
        double at = (Double.isFinite(share) ? Math.clamp(share, 0, 1) : 0) * (COLOURS.length - 1);
        int below = Math.min((int) at, COLOURS.length - 2);
        double part = at - below;
        int mixed = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            double value =
                    (1 - part) * (COLOURS[below] >> shift & 0xff)
                            + part * (COLOURS[below + 1] >> shift & 0xff);
            mixed |= (int) Math.round(value) << shift;
        }
        return mixed;
    }
}
