package dev.lamina.data;

import dev.lamina.base.BadInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The classes of a data set.
final class Labels {
    /// More is taken for a column of texts in the place of the labels.
    private static final int MAX_CLASSES = 1_000;

    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,18}");

    private Labels() {}

    /// The different labels: in numeric order if all are whole numbers, otherwise in alphabetical
    /// order.
    ///
    /// @param what names their source in an error
    static List<String> ordered(String what, Stream<Rows.Row> rows) {
        Set<String> labels =
                rows.map(Rows.Row::label).collect(Collectors.toCollection(TreeSet::new));
        BadInputException.check(
                labels.size() >= 2,
                "%s has only one class, '%s'".formatted(what, String.join("", labels)),
                "the labels are in another column; two classes are the least");
        BadInputException.check(
                labels.size() <= MAX_CLASSES,
                "%s has %d different labels; %d are the most"
                        .formatted(what, labels.size(), MAX_CLASSES),
                "text and label are the wrong way round: name their columns");
        if (labels.stream().allMatch(label -> WHOLE_NUMBER.matcher(label).matches())) {
            return labels.stream()
                    .sorted(
                            Comparator.<String>comparingLong(Long::parseLong)
                                    .thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
        return List.copyOf(labels);
    }

    /// The names in a file, one on each line, in the order of the file.
    static List<String> read(Path file) {
        var labels = new ArrayList<String>();
        try (var lines = new Utf8Lines(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (!line.isBlank()) {
                    labels.add(line.strip());
                }
                if (labels.size() > MAX_CLASSES) {
                    throw lines.at(
                            lines.number(),
                            "more than " + MAX_CLASSES + " classes",
                            "it is no list of classes: move it away");
                }
            }
        }
        return labels;
    }

    /// What an error shows of them.
    static String shown(Collection<String> labels) {
        String first =
                labels.stream().limit(20).map(Rows::shortened).collect(Collectors.joining(", "));
        return labels.size() <= 20 ? first : first + ", ... (" + labels.size() + ")";
    }
}
