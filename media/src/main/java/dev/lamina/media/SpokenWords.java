package dev.lamina.media;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import edu.cmu.sphinx.linguist.acoustic.UnitManager;
import edu.cmu.sphinx.linguist.dictionary.TextDictionary;
import edu.cmu.sphinx.linguist.dictionary.Word;
import java.net.URL;
import java.util.List;

/// CMU's pronouncing dictionary, which does not leave out what it does not know.
final class SpokenWords extends TextDictionary {

    SpokenWords(URL words, URL fillers, UnitManager units) {
        super(words, fillers, List.of(), null, units);
    }

    /// @throws BadInputException if the word is not in it
    @Override
    public Word getWord(String spelling) {
        Word word = super.getWord(spelling);
        if (word == null) {
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
