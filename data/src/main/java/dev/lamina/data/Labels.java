package dev.lamina.data;

import dev.lamina.base.BadInputException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The classes that a training file has.
final class Labels {
    /// More is taken for a column of texts in the place of the labels.
    private static final int MAX_CLASSES = 1_000;

    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,18}");

    private Labels() {}

    /// The different labels: in numeric order if all are whole numbers, otherwise in alphabetical
    /// order.
    static List<String> ordered(Rows rows) {
        Set<String> labels =
                rows.rows().stream()
                        .map(Rows.Row::label)
                        .collect(Collectors.toCollection(TreeSet::new));
        BadInputException.check(
                labels.size() >= 2,
                "data file %s has only one class, '%s'"
                        .formatted(rows.file(), String.join("", labels)),
                "the labels are in another column; two classes are the least");
        BadInputException.check(
                labels.size() <= MAX_CLASSES,
                "data file %s has %d different labels; %d are the most"
                        .formatted(rows.file(), labels.size(), MAX_CLASSES),
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
}
