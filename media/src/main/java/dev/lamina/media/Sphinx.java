package dev.lamina.media;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import edu.cmu.sphinx.decoder.Decoder;
import edu.cmu.sphinx.decoder.pruner.SimplePruner;
import edu.cmu.sphinx.decoder.scorer.SimpleAcousticScorer;
import edu.cmu.sphinx.decoder.search.ActiveListFactory;
import edu.cmu.sphinx.decoder.search.PartitionActiveListFactory;
import edu.cmu.sphinx.decoder.search.SearchManager;
import edu.cmu.sphinx.decoder.search.SimpleActiveListManager;
import edu.cmu.sphinx.decoder.search.SimpleBreadthFirstSearchManager;
import edu.cmu.sphinx.decoder.search.Token;
import edu.cmu.sphinx.decoder.search.WordPruningBreadthFirstSearchManager;
import edu.cmu.sphinx.frontend.Data;
import edu.cmu.sphinx.jsgf.JSGFGrammar;
import edu.cmu.sphinx.linguist.acoustic.UnitManager;
import edu.cmu.sphinx.linguist.acoustic.tiedstate.Sphinx3Loader;
import edu.cmu.sphinx.linguist.acoustic.tiedstate.TiedStateAcousticModel;
import edu.cmu.sphinx.linguist.flat.FlatLinguist;
import edu.cmu.sphinx.linguist.language.grammar.Grammar;
import edu.cmu.sphinx.linguist.language.ngram.trie.NgramTrieModel;
import edu.cmu.sphinx.linguist.lextree.LexTreeLinguist;
import edu.cmu.sphinx.recognizer.Recognizer;
import edu.cmu.sphinx.result.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/// Sphinx 4, put together by hand: its configuration files would make components by reflection,
/// with monitors that print. Constants are those of its `default.config.xml`, but for the
/// likelihood of leaving the grammar, which is higher.
final class Sphinx implements AutoCloseable {
    static final int RATE_HZ = 16_000;

    private static final String MODELS = "edu/cmu/sphinx/models/en-us/";

    private static final int BEAM = 20_000;
    private static final double RELATIVE_BEAM = 1e-60;
    private static final int WORD_BEAM = 200;
    private static final double RELATIVE_WORD_BEAM = 1e-40;
    private static final double WORD_INSERTION = 0.1;
    private static final double SILENCE_INSERTION = 0.1;
    private static final double FILLER_INSERTION = 1e-2;
    private static final float LANGUAGE_WEIGHT = 8;

    /// Of entering the loop of phones that takes what the grammar does not know.
    private static final double OUT_OF_GRAMMAR = 1e-10;

    /// Of each phone in it.
    private static final double OUT_OF_GRAMMAR_PHONE = 1e-10;

    private static final String UNKNOWN = "<unk>";

    private final UnitManager units = new UnitManager();
    private final Sphinx3Loader acoustics =
            new Sphinx3Loader(ModelFiles.url(MODELS + "en-us/"), units, 0f, 1e-7f, 1e-4f, 4, true);
    private final TiedStateAcousticModel model = new TiedStateAcousticModel(acoustics, units, true);
    private final SpokenWords words =
            new SpokenWords(
                    ModelFiles.url(MODELS + "cmudict-en-us.dict"),
                    ModelFiles.url(MODELS + "en-us/noisedict"),
                    units);
    private final FrameSource source = new FrameSource();
    private final Recognizer recogniser;
    private final boolean needsEnd;

    private Sphinx(Function<Sphinx, SearchManager> search, boolean needsEnd) {
        SphinxLogging.silence();
        this.needsEnd = needsEnd;
        recogniser =
                new Recognizer(
                        new Decoder(search.apply(this), false, false, new ArrayList<>(), 100_000),
                        new ArrayList<>());
        recogniser.allocate();
    }

    /// Hears only these.
    ///
    /// @param phrases words of each
    /// @throws BadInputException if a word is not in the dictionary
    static Sphinx ofPhrases(List<List<String>> phrases) {
        Sphinx sphinx =
                new Sphinx(self -> self.search(new PhraseGrammar(phrases, self.words)), true);
        sphinx.words.forgetOthers();
        return sphinx;
    }

    /// Hears what a JSGF file allows.
    ///
    /// @throws BadInputException if it is no such file, or a word is not in the dictionary
    static Sphinx ofGrammar(Path file) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        BadInputException.check(
                name.endsWith(".gram") && Files.isRegularFile(file),
                "grammar: " + Shown.quoted(file.toString()) + " is no file name.gram",
                "mend the path");
        try {
            Sphinx sphinx = new Sphinx(self -> self.search(self.grammar(file, name)), true);
            sphinx.words.forgetOthers();
            return sphinx;
        } catch (BadInputException e) {
            throw e;
        } catch (RuntimeException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new BadInputException(
                    "grammar "
                            + Shown.plain(file.toString())
                            + ": "
                            + Shown.plain(String.valueOf(cause.getMessage())),
                    "it is not JSGF: #JSGF V1.0; grammar name; public <rule> = words;");
        }
    }

    /// Hears any English.
    static Sphinx ofEnglish() {
        return new Sphinx(Sphinx::openSearch, false);
    }

    /// What was said, utterance by utterance; without those that were not understood.
    ///
    /// @param samples at 16 kHz
    List<String> utterances(short[] samples) {
        List<String> said = new ArrayList<>();
        for (List<Data> utterance : SpeechFeatures.utterances(samples, acoustics)) {
            source.begin(utterance);
            Result result = recogniser.recognize();
            if (result == null) {
                continue;
            }
            Token token = needsEnd ? result.getBestFinalToken() : result.getBestToken();
            String text = token == null ? "" : token.getWordPathNoFiller().strip();
            if (!text.isEmpty() && !text.contains(UNKNOWN)) {
                said.add(text);
            }
        }
        return said;
    }

    @Override
    public void close() {
        recogniser.deallocate();
    }

    private Grammar grammar(Path file, String name) {
        try {
            return new JSGFGrammar(
                    file.resolveSibling("").toAbsolutePath().toUri().toURL(),
                    name.substring(0, name.length() - ".gram".length()),
                    false,
                    true,
                    true,
                    false,
                    words);
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    private SearchManager search(Grammar grammar) {
        words.refuseUnknown();
        try {
            grammar.allocate(); // first, for it is soon known whether it is right
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        FlatLinguist linguist =
                new FlatLinguist(
                        model,
                        grammar,
                        units,
                        WORD_INSERTION,
                        SILENCE_INSERTION,
                        1,
                        1,
                        LANGUAGE_WEIGHT,
                        false,
                        false,
                        false,
                        true,
                        OUT_OF_GRAMMAR,
                        OUT_OF_GRAMMAR_PHONE,
                        model);
        return new SimpleBreadthFirstSearchManager(
                linguist,
                new SimplePruner(),
                new SimpleAcousticScorer(source, null),
                new PartitionActiveListFactory(BEAM, RELATIVE_BEAM),
                false,
                0,
                0,
                false);
    }

    private SearchManager openSearch() {
        NgramTrieModel english =
                new NgramTrieModel(
                        "",
                        ModelFiles.url(MODELS + "en-us.lm.bin"),
                        null,
                        100_000,
                        false,
                        3,
                        words,
                        false,
                        1f,
                        1,
                        1f);
        LexTreeLinguist linguist =
                new LexTreeLinguist(
                        model,
                        units,
                        english,
                        words,
                        true,
                        true,
                        WORD_INSERTION,
                        SILENCE_INSERTION,
                        FILLER_INSERTION,
                        1,
                        LANGUAGE_WEIGHT,
                        true,
                        false,
                        1f,
                        0);
        ActiveListFactory states = new PartitionActiveListFactory(BEAM, RELATIVE_BEAM);
        ActiveListFactory ends = new PartitionActiveListFactory(WORD_BEAM, RELATIVE_WORD_BEAM);
        List<ActiveListFactory> lists = new ArrayList<>(Collections.nCopies(6, states));
        lists.set(1, ends);
        lists.set(2, ends);
        return new WordPruningBreadthFirstSearchManager(
                linguist,
                new SimplePruner(),
                new SimpleAcousticScorer(source, null),
                new SimpleActiveListManager(lists, false),
                false,
                RELATIVE_WORD_BEAM,
                0,
                false,
                false,
                100,
                1.7f,
                false);
    }
}
