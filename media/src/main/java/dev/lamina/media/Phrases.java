package dev.lamina.media;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// What may be said.
///
/// @param bySound the phrases as they were given, by their words in lower case without punctuation
record Phrases(SequencedMap<String, String> bySound) {
    private static final int MOST = 1000;
    private static final int LONGEST = 200;

    /// @throws BadInputException if one is empty, or too long, or two sound the same
    static Phrases of(List<String> given) {
        BadInputException.check(
                given.size() <= MOST,
                "phrases: " + given.size() + " are more than " + MOST,
                "write a grammar");
        SequencedMap<String, String> bySound = new LinkedHashMap<>();
        for (String phrase : given) {
            String sound =
                    phrase.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}']+", " ").strip();
            BadInputException.check(
                    !sound.isEmpty() && sound.length() <= LONGEST,
                    "phrases: " + Shown.quoted(phrase) + " has " + sound.length() + " characters",
                    "take 1 to " + LONGEST);
            String before = bySound.putIfAbsent(sound, phrase);
            BadInputException.check(
                    before == null,
                    "phrases: "
                            + Shown.quoted(phrase)
                            + " sounds like "
                            + Shown.quoted(String.valueOf(before)),
                    "leave one out");
        }
        return new Phrases(bySound);
    }

    /// The words of each.
    List<List<String>> words() {
        return bySound.keySet().stream().map(sound -> List.of(sound.split(" ", -1))).toList();
    }

    /// The phrase of these words as it was given.
    String asGiven(String sound) {
        return bySound.getOrDefault(sound, sound);
    }
}
