package dev.lamina.app;

import dev.lamina.data.Sample;
import dev.lamina.data.TextDataset;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What there is to know of a data set before a model is trained on it.
///
/// @param words lengths of all texts in words
/// @param duplicates texts of the training split that occur there before, whatever their label
/// @param contradictions of these, the ones with another label than before
/// @param leaks texts of the validation and test splits that occur in the training split
/// @param imbalance samples of the largest class over those of the smallest, in training
record Inspection(
        String name,
        List<ClassCounts> classes,
        int train,
        int validation,
        int test,
        Lengths words,
        int duplicates,
        int contradictions,
        int leaks,
        double imbalance,
        List<Example> examples,
        List<String> notes) {
    private static final int EXAMPLES = 3;
    private static final int EXAMPLE_COLUMNS = 90;

    /// Samples of a class in each split.
    record ClassCounts(String label, int train, int validation, int test) {}

    /// Words in a text: mean, and 50 %, 95 % and all of the texts have so many or fewer.
    record Lengths(double mean, int median, int p95, int longest) {}

    record Example(String text, String label) {}

    static Inspection of(TextDataset data) {
        int[] train = data.classCounts(data.train());
        int[] validation = data.classCounts(data.validation());
        int[] test = data.classCounts(data.test());
        List<ClassCounts> classes = new ArrayList<>();
        int most = 0;
        int fewest = Integer.MAX_VALUE;
        for (int c = 0; c < train.length; c++) {
            classes.add(new ClassCounts(data.labels().get(c), train[c], validation[c], test[c]));
            most = Math.max(most, train[c]);
            fewest = Math.min(fewest, train[c]);
        }
        Set<String> texts = new HashSet<>();
        Set<Sample> samples = new HashSet<>();
        int duplicates = 0;
        int contradictions = 0;
        for (Sample sample : data.train()) {
            boolean newText = texts.add(sample.text());
            boolean newSample = samples.add(sample);
            duplicates += newText ? 0 : 1;
            contradictions += !newText && newSample ? 1 : 0;
        }
        List<Sample> held = new ArrayList<>(data.validation());
        held.addAll(data.test());
        int leaks = (int) held.stream().filter(sample -> texts.contains(sample.text())).count();
        return new Inspection(
                data.name(),
                classes,
                data.train().size(),
                data.validation().size(),
                data.test().size(),
                lengths(data),
                duplicates,
                contradictions,
                leaks,
                (double) most / fewest,
                examples(data),
                data.notes());
    }

    private static Lengths lengths(TextDataset data) {
        List<Sample> all = new ArrayList<>(data.train());
        all.addAll(data.validation());
        all.addAll(data.test());
        int[] words = all.stream().mapToInt(sample -> words(sample.text())).sorted().toArray();
        double sum = 0;
        for (int count : words) {
            sum += count;
        }
        int last = words.length - 1;
        return new Lengths(
                sum / words.length, words[last / 2], words[(int) (last * 0.95)], words[last]);
    }

    private static int words(String text) {
        return text.split("\\s+", -1).length;
    }

    /// The first samples of different classes.
    private static List<Example> examples(TextDataset data) {
        List<Example> examples = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (Sample sample : data.train()) {
            if (examples.size() < EXAMPLES && seen.add(sample.label())) {
                examples.add(new Example(sample.text(), data.labels().get(sample.label())));
            }
        }
        return examples;
    }

    void print(PrintStream out) {
        out.printf(
                "%s: %d classes, %d samples%n%n", name, classes.size(), train + validation + test);
        Table counts = new Table("class", "train", "validation", "test");
        classes.forEach(c -> counts.row(c.label(), c.train(), c.validation(), c.test()));
        if (classes.size() > 1) {
            counts.row("all", train, validation, test);
        }
        out.println(counts);
        out.print(
                Table.plain()
                        .row(
                                "words in a text",
                                "mean %.1f, median %d, 95 %% up to %d, longest %d"
                                        .formatted(
                                                words.mean(),
                                                words.median(),
                                                words.p95(),
                                                words.longest()))
                        .row(
                                "class imbalance",
                                "the largest class has %.1f times the samples of the smallest"
                                        .formatted(imbalance))
                        .row(
                                "duplicates",
                                "%d in training, %d of them with another label"
                                        .formatted(duplicates, contradictions))
                        .row("leaks", leaks + " validation and test texts also in training"));
        out.println();
        examples.forEach(e -> out.printf("[%s] %s%n", e.label(), shortened(e.text())));
        notes.forEach(note -> out.println("note: " + note));
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= EXAMPLE_COLUMNS
                ? line
                : line.substring(0, EXAMPLE_COLUMNS - 3) + "...";
    }
}
