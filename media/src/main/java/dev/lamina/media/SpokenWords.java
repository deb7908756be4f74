package dev.lamina.media;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import edu.cmu.sphinx.linguist.acoustic.UnitManager;
import edu.cmu.sphinx.linguist.dictionary.TextDictionary;
import edu.cmu.sphinx.linguist.dictionary.Word;
import java.io.IOException;
import java.net.URL;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// CMU's pronouncing dictionary, which for a grammar does not leave out what it does not know.
final class SpokenWords extends TextDictionary {

    private boolean strict;

    SpokenWords(URL words, URL fillers, UnitManager units) {
        super(words, fillers, List.of(), null, units);
    }

    /// Reads the dictionary, once.
    @Override
    public void allocate() throws IOException {
        if (dictionary == null) {
            super.allocate();
        }
    }

    /// From now on refuses words that are not in it. The language model has such words: there they
    /// are left out.
    void refuseUnknown() {
        strict = true;
    }

    /// @throws BadInputException if it refuses unknown words, and this is one
    @Override
    public @Nullable Word getWord(String spelling) {
        Word word = super.getWord(spelling);
        if (word == null && strict) {
            throw new BadInputException(
                    "'" + Shown.plain(spelling) + "' is not in the pronouncing dictionary",
                    "spell it in lower case, numbers in words, or take another word");
        }
        return word;
    }

    /// Lets go of the pronunciations that nobody asked for, nine tenths of its memory. Words that
    /// were asked for stay.
    void forgetOthers() {
        dictionary.keySet().retainAll(fillerWords);
    }
}
