package dev.lamina.media;

import edu.cmu.sphinx.decoder.Decoder;
import edu.cmu.sphinx.decoder.scorer.SimpleAcousticScorer;
import edu.cmu.sphinx.frontend.AutoCepstrum;
import edu.cmu.sphinx.frontend.DataBlocker;
import edu.cmu.sphinx.frontend.FrontEnd;
import edu.cmu.sphinx.frontend.denoise.Denoise;
import edu.cmu.sphinx.frontend.endpoint.SpeechClassifier;
import edu.cmu.sphinx.frontend.endpoint.SpeechMarker;
import edu.cmu.sphinx.frontend.feature.BatchCMN;
import edu.cmu.sphinx.frontend.feature.DeltasFeatureExtractor;
import edu.cmu.sphinx.frontend.feature.FeatureTransform;
import edu.cmu.sphinx.frontend.filter.Preemphasizer;
import edu.cmu.sphinx.frontend.frequencywarp.MelFrequencyFilterBank;
import edu.cmu.sphinx.frontend.transform.DiscreteCosineTransform2;
import edu.cmu.sphinx.frontend.transform.DiscreteFourierTransform;
import edu.cmu.sphinx.frontend.transform.Lifter;
import edu.cmu.sphinx.frontend.util.StreamDataSource;
import edu.cmu.sphinx.frontend.window.RaisedCosineWindower;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/// Sphinx logs to `java.util.logging`, several lines for each utterance: under its package, under
/// the names of classes that extend its own, and, from the parts of its front end, under simple
/// names.
final class SphinxLogging {
    /// Held, for the JDK forgets the levels of loggers that nobody holds.
    private static final List<Logger> LOGGERS =
            Stream.concat(
                            Stream.of(
                                    "edu.cmu.sphinx",
                                    SpokenWords.class.getName(),
                                    PhraseGrammar.class.getName()),
                            Stream.of(
                                            AutoCepstrum.class,
                                            BatchCMN.class,
                                            DataBlocker.class,
                                            Decoder.class,
                                            DeltasFeatureExtractor.class,
                                            Denoise.class,
                                            DiscreteCosineTransform2.class,
                                            DiscreteFourierTransform.class,
                                            FeatureTransform.class,
                                            FrameSource.class,
                                            FrontEnd.class,
                                            Lifter.class,
                                            MelFrequencyFilterBank.class,
                                            Preemphasizer.class,
                                            RaisedCosineWindower.class,
                                            SimpleAcousticScorer.class,
                                            SpeechClassifier.class,
                                            SpeechMarker.class,
                                            StreamDataSource.class)
                                    .map(Class::getSimpleName))
                    .map(Logger::getLogger)
                    .toList();

    private SphinxLogging() {}

    static void silence() {
        LOGGERS.forEach(logger -> logger.setLevel(Level.OFF));
    }
}
