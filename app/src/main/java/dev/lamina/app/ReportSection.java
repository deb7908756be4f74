package dev.lamina.app;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.Supplier;

/// A table with a heading, notes and pictures, for the terminal and for a page.
///
/// @param notes below the table
/// @param pictures only on the page
record ReportSection(
        String title,
        List<String> headers,
        List<List<String>> rows,
        List<String> notes,
        List<Picture> pictures) {
    /// Drawn when it is asked for.
    record Picture(String caption, Supplier<BufferedImage> image) {}

    ReportSection {
        headers = List.copyOf(headers);
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
        pictures = List.copyOf(pictures);
    }

    /// As plain text.
    String text() {
        Table table = new Table(headers.toArray(String[]::new));
        rows.forEach(row -> table.row(row.toArray()));
        StringBuilder text = new StringBuilder(title).append(System.lineSeparator());
        text.append(table);
        notes.forEach(note -> text.append("  ").append(note).append(System.lineSeparator()));
        return text.toString();
    }

    /// Adds it to a page.
    void addTo(HtmlReport page) {
        page.heading(title).table(headers, rows);
        if (!notes.isEmpty()) {
            page.paragraph(String.join("\n", notes));
        }
        pictures.forEach(picture -> page.picture(picture.caption(), picture.image().get()));
    }
}
