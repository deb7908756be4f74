package dev.lamina.data;

import dev.lamina.base.BadInputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A file format for labelled text, known by the extension of the file's name.
public enum DatasetFormat {
    /// `text;label` on each line; the last `;` separates. A text cannot hold a line break.
    TXT("txt"),
    /// RFC 4180: comma-separated, quoted where needed.
    CSV("csv"),
    /// As CSV with tabs.
    TSV("tsv"),
    /// A JSON object on each line.
    JSONL("jsonl");

    private final String extension;

    DatasetFormat(String extension) {
        this.extension = extension;
    }

    /// The extension written, without a dot.
    public String extension() {
        return extension;
    }

    /// The extensions read.
    private List<String> extensions() {
        return this == JSONL ? List.of(extension, "json-lines") : List.of(extension);
    }

    /// The format with this name (an extension, with or without the dot).
    ///
    /// @throws BadInputException if there is none
    public static DatasetFormat parse(String name) {
        String extension = name.startsWith(".") ? name.substring(1) : name;
        DatasetFormat format = byExtension(extension);
        if (format == null) {
            throw new BadInputException(
                    "unknown data format '" + name + "'", "use one of " + known());
        }
        return format;
    }

    /// The format of a file by its name.
    ///
    /// @throws BadInputException if the extension is none of ours
    static DatasetFormat of(Path file) {
        DatasetFormat format = ofOrNull(file);
        if (format == null) {
            throw new BadInputException(
                    "data file %s has the extension '%s', which is none of %s"
                            .formatted(file, extensionOf(file), known()),
                    "convert it to one of these, or rename it if it is one");
        }
        return format;
    }

    static @Nullable DatasetFormat ofOrNull(Path file) {
        return byExtension(extensionOf(file));
    }

    static String known() {
        return Arrays.stream(values())
                .flatMap(format -> format.extensions().stream())
                .map(extension -> "." + extension)
                .collect(Collectors.joining(", "));
    }

    private static @Nullable DatasetFormat byExtension(String extension) {
        for (DatasetFormat format : values()) {
            if (format.extensions().contains(extension.toLowerCase(Locale.ROOT))) {
                return format;
            }
        }
        return null;
    }

    private static String extensionOf(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1);
    }
}
