package dev.lamina.data;

import dev.lamina.base.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The data set `wordnet`: supersense classification. A text is the gloss of a noun synset of
/// WordNet 3.1 up to its first example sentence; its class is the lexicographer file that the
/// synset stands in, one of the eight below. For each class, 2,000 training, 250 validation and 250
/// test texts.
///
/// The splits are part of the definition: they are drawn with a constant seed, so that results of
/// runs with different seeds are measured on the same test texts. Texts that occur twice in a class
/// are taken once, and texts that occur in two classes not at all: no text is in two splits or has
/// two labels. (The WordNet 3.1 database is under the WordNet licence, which stands at the head of
/// the file that is read.)
///
/// The classes are in alphabetical order, as those of a file are, so that a converted data set has
/// the same label indices.
final class WordNet {
    static final String NAME = "wordnet";

    private static final String RESOURCE = "net/sf/extjwnl/data/wordnet/wn31/data.noun";
    private static final long SPLIT_SEED = 31;
    private static final int TRAIN = 2_000;
    private static final int VALIDATION = 250;
    private static final int TEST = 250;

    private static final List<Supersense> CLASSES =
            List.of(
                    new Supersense("act", 4),
                    new Supersense("animal", 5),
                    new Supersense("artifact", 6),
                    new Supersense("communication", 10),
                    new Supersense("location", 15),
                    new Supersense("person", 18),
                    new Supersense("plant", 20),
                    new Supersense("state", 26));

    /// Marks a text that has two classes.
    private static final int AMBIGUOUS = -1;

    private WordNet() {}

    static TextDataset load() {
        var train = new ArrayList<Sample>();
        var validation = new ArrayList<Sample>();
        var test = new ArrayList<Sample>();
        List<List<Sample>> byClass = glossesByClass();
        for (int label = 0; label < byClass.size(); label++) {
            List<Sample> samples = byClass.get(label);
            Collections.shuffle(samples, Seeds.stream(SPLIT_SEED, NAME, CLASSES.get(label).name()));
            test.addAll(samples.subList(0, TEST));
            validation.addAll(samples.subList(TEST, TEST + VALIDATION));
            train.addAll(samples.subList(TEST + VALIDATION, TEST + VALIDATION + TRAIN));
        }
        // mixed, so that the first n samples of a split are of all classes
        Collections.shuffle(train, Seeds.stream(SPLIT_SEED, NAME, "train"));
        Collections.shuffle(validation, Seeds.stream(SPLIT_SEED, NAME, "validation"));
        Collections.shuffle(test, Seeds.stream(SPLIT_SEED, NAME, "test"));
        List<String> labels = CLASSES.stream().map(Supersense::name).toList();
        return new TextDataset(NAME, labels, train, validation, test);
    }

    private static List<List<Sample>> glossesByClass() {
        Map<String, Integer> labels = new LinkedHashMap<>();
        try (InputStream in = WordNet.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            var lines =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int label = label(line);
                if (label >= 0) {
                    labels.merge(
                            gloss(line),
                            label,
                            (a, b) -> a.equals(b) ? a : Integer.valueOf(AMBIGUOUS));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE + ": " + e.getMessage(), e);
        }
        List<List<Sample>> byClass = new ArrayList<>();
        for (int label = 0; label < CLASSES.size(); label++) {
            byClass.add(new ArrayList<>());
        }
        labels.forEach((text, label) -> {
            if (label != AMBIGUOUS) {
                byClass.get(label).add(new Sample(text, label));
            }
        });
        return byClass;
    }

    /// The class of a line `offset lexicographer-file type words... pointers... | gloss`, or -1 if
    /// it is none of ours. Lines of the licence begin with two spaces.
    private static int label(String line) {
        if (line.startsWith(" ")) {
            return -1;
        }
        int file = Integer.parseInt(line, 9, 11, 10);
        for (int label = 0; label < CLASSES.size(); label++) {
            if (CLASSES.get(label).file() == file) {
                return label;
            }
        }
        return -1;
    }

    private static String gloss(String line) {
        int start = line.indexOf(" | ") + 3;
        int example = line.indexOf("; \"", start);
        return line.substring(start, example < 0 ? line.length() : example).strip();
    }

    /// A class.
    ///
    /// @param file number of its lexicographer file (WordNet's lexnames(5WN))
    private record Supersense(String name, int file) {}
}
