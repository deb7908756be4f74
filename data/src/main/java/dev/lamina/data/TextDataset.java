package dev.lamina.data;

import dev.lamina.base.BadInputException;
import java.util.HashSet;
import java.util.List;

/// Labelled text in three splits.
///
/// @param name what the user called it: a bundled name or a path
/// @param labels names of the classes; a sample's label is an index into it
/// @param notes what a user should know of how the splits came about, a sentence each; often empty
public record TextDataset(
        String name,
        List<String> labels,
        List<Sample> train,
        List<Sample> validation,
        List<Sample> test,
        List<String> notes) {

    /// @throws BadInputException with fewer than two classes, a class named twice or without a
    ///   training sample, an empty split, or a label index without a name
    public TextDataset {
        labels = List.copyOf(labels);
        train = List.copyOf(train);
        validation = List.copyOf(validation);
        test = List.copyOf(test);
        notes = List.copyOf(notes);
        checkLabels(name, labels);
        checkSplit(name, "training", train, labels);
        checkSplit(name, "validation", validation, labels);
        checkSplit(name, "test", test, labels);
        int[] counts = count(train, labels.size());
        for (int label = 0; label < counts.length; label++) {
            BadInputException.check(
                    counts[label] > 0,
                    "data set %s: empty class '%s': no training sample has it"
                            .formatted(name, labels.get(label)),
                    "add training samples of that class, or leave it out");
        }
    }

    /// A data set without notes.
    public TextDataset(
            String name,
            List<String> labels,
            List<Sample> train,
            List<Sample> validation,
            List<Sample> test) {
        this(name, labels, train, validation, test, List.of());
    }

    /// Number of samples of each class in a split of this data set, by label index.
    public int[] classCounts(List<Sample> split) {
        return count(split, labels.size());
    }

    private static int[] count(List<Sample> split, int classes) {
        int[] counts = new int[classes];
        for (Sample sample : split) {
            counts[sample.label()]++;
        }
        return counts;
    }

    static void checkLabels(String name, List<String> labels) {
        BadInputException.check(
                labels.size() >= 2,
                "data set %s has %d class(es): %s".formatted(name, labels.size(), labels),
                "the labels are in another column; two classes are the least");
        var seen = new HashSet<String>();
        for (String label : labels) {
            BadInputException.check(
                    !label.isBlank() && seen.add(label),
                    "data set %s: class name '%s' is empty or given twice".formatted(name, label),
                    "give each class a name of its own");
        }
    }

    static void checkSplit(String name, String splitName, List<Sample> split, List<String> labels) {
        BadInputException.check(
                !split.isEmpty(),
                "data set %s: the %s split is empty".formatted(name, splitName),
                "add samples to it, or leave its file out to have it drawn from the training split");
        for (Sample sample : split) {
            BadInputException.check(
                    sample.label() < labels.size(),
                    "data set %s: label index %d in the %s split, but there are %d classes"
                            .formatted(name, sample.label(), splitName, labels.size()),
                    "add the class to the labels");
        }
    }
}
