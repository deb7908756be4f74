package dev.lamina.data;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Samples divided in two by a seeded, stratified draw. Samples with the same text stay on the same
/// side, so that a split drawn here never tests what was trained on.
///
/// @param rest what stays, in the given order
/// @param held what was drawn, in the given order
record HoldOut(List<Sample> rest, List<Sample> held) {

    /// Draws about `target` samples (exactly, if no text occurs twice), each class in proportion by
    /// the method of largest remainders; at least one text of each class stays.
    ///
    /// @param what names the source in an error
    static HoldOut draw(
            String what, List<Sample> samples, int classes, int target, RandomGenerator random) {
        List<List<List<Integer>>> texts = textsByClass(samples, classes);
        int[] counts = texts.stream().mapToInt(List::size).toArray();
        int total = Arrays.stream(counts).sum();
        int wanted =
                Math.max(1, Math.toIntExact(Math.round((double) target * total / samples.size())));
        int[] draws = allocate(what, counts, wanted);
        boolean[] drawn = new boolean[samples.size()];
        for (int c = 0; c < classes; c++) {
            Collections.shuffle(texts.get(c), random);
            for (List<Integer> sameText : texts.get(c).subList(0, draws[c])) {
                sameText.forEach(i -> drawn[i] = true);
            }
        }
        var rest = new ArrayList<Sample>();
        var held = new ArrayList<Sample>();
        for (int i = 0; i < drawn.length; i++) {
            (drawn[i] ? held : rest).add(samples.get(i));
        }
        return new HoldOut(rest, held);
    }

    /// For each class the positions of each text; a text with several labels belongs to its first.
    private static List<List<List<Integer>>> textsByClass(List<Sample> samples, int classes) {
        Map<String, List<Integer>> positions = new LinkedHashMap<>();
        for (int i = 0; i < samples.size(); i++) {
            positions.computeIfAbsent(samples.get(i).text(), text -> new ArrayList<>()).add(i);
        }
        var byClass = new ArrayList<List<List<Integer>>>();
        for (int c = 0; c < classes; c++) {
            byClass.add(new ArrayList<>());
        }
        for (List<Integer> sameText : positions.values()) {
            byClass.get(samples.get(sameText.getFirst()).label()).add(sameText);
        }
        return byClass;
    }

    private static int[] allocate(String what, int[] counts, int wanted) {
        int total = Arrays.stream(counts).sum();
        int[] spare = Arrays.stream(counts).map(count -> Math.max(0, count - 1)).toArray();
        int available = Arrays.stream(spare).sum();
        BadInputException.check(
                wanted <= available,
                "%s: %d different texts of %d classes are too few to hold out %d of them"
                        .formatted(what, total, counts.length, wanted),
                "text and label are the wrong way round; otherwise add samples, or a file for each split");
        int[] draws = new int[counts.length];
        double[] missing = new double[counts.length];
        int left = wanted;
        for (int c = 0; c < counts.length; c++) {
            double share = (double) wanted * counts[c] / total;
            draws[c] = Math.min(spare[c], (int) share);
            missing[c] = share - draws[c];
            left -= draws[c];
        }
        for (; left > 0; left--) {
            int best = -1;
            for (int c = 0; c < counts.length; c++) {
                if (draws[c] < spare[c] && (best < 0 || missing[c] > missing[best])) {
                    best = c;
                }
            }
            draws[best]++;
            missing[best]--;
        }
        return draws;
    }
}
