package dev.lamina.app;

import java.util.ArrayList;
import java.util.List;

/// A plain-text table: columns as wide as their widest cell, numbers to the right.
final class Table {
    private final List<List<String>> rows = new ArrayList<>();
    private final boolean header;

    /// A table with a line of column names.
    Table(String... names) {
        rows.add(List.of(names));
        header = true;
    }

    private Table() {
        header = false;
    }

    /// A table without column names, of names and values for instance.
    static Table plain() {
        return new Table();
    }

    Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(text(cell));
        }
        rows.add(row);
        return this;
    }

    /// How a value reads in a table: at most four significant digits after the point.
    static String text(Object value) {
        if (value instanceof Double number
                && Double.isFinite(number)
                && number != Math.rint(number)) {
            return Math.abs(number) < 1e-3 ? "%.2e".formatted(number) : "%.4f".formatted(number);
        }
        return String.valueOf(value).strip().replaceAll("\\s+", " ");
    }

    @Override
    public String toString() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] width = new int[columns];
        boolean[] number = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            number[c] = rows.size() > (header ? 1 : 0) && header;
            for (int r = 0; r < rows.size(); r++) {
                String cell = cell(r, c);
                width[c] = Math.max(width[c], cell.length());
                number[c] &= (r == 0 && header) || cell.matches("|-|-?[0-9][0-9.,e+-]*%?");
            }
        }
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                String padding = " ".repeat(width[c] - cell(r, c).length());
                line.append(c == 0 ? "" : "  ");
                line.append(number[c] ? padding + cell(r, c) : cell(r, c) + padding);
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }

    private String cell(int row, int column) {
        List<String> cells = rows.get(row);
        return column < cells.size() ? cells.get(column) : "";
    }
}
