package dev.lamina.media;

import edu.cmu.sphinx.linguist.dictionary.Dictionary;
import edu.cmu.sphinx.linguist.language.grammar.Grammar;
import edu.cmu.sphinx.linguist.language.grammar.GrammarNode;
import edu.cmu.sphinx.util.LogMath;
import java.util.List;

/// Phrases as Sphinx's graph of words: one path each, equally likely.
final class PhraseGrammar extends Grammar {
    private final List<List<String>> phrases;

    /// @param phrases words of each
    PhraseGrammar(List<List<String>> phrases, Dictionary dictionary) {
        super(false, false, true, false, dictionary);
        this.phrases = phrases;
    }

    @Override
    protected GrammarNode createGrammar() {
        // The linguist wants words at both ends.
        GrammarNode start = createGrammarNode(Dictionary.SILENCE_SPELLING);
        GrammarNode end = createGrammarNode(Dictionary.SILENCE_SPELLING);
        end.setFinalNode(true);
        initialNode = start;
        float likelihood = LogMath.getLogMath().linearToLog(1.0 / phrases.size());
        for (List<String> phrase : phrases) {
            GrammarNode last = createGrammarNode(phrase.getFirst());
            start.add(last, likelihood);
            for (String word : phrase.subList(1, phrase.size())) {
                GrammarNode next = createGrammarNode(word);
                last.add(next, LogMath.LOG_ONE);
                last = next;
            }
            last.add(end, LogMath.LOG_ONE);
        }
        postProcessGrammar();
        return start;
    }
}
