package dev.lamina.media;

import dev.lamina.base.Seeds;
import edu.cmu.sphinx.frontend.AutoCepstrum;
import edu.cmu.sphinx.frontend.Data;
import edu.cmu.sphinx.frontend.DataBlocker;
import edu.cmu.sphinx.frontend.DataEndSignal;
import edu.cmu.sphinx.frontend.FrontEnd;
import edu.cmu.sphinx.frontend.Signal;
import edu.cmu.sphinx.frontend.endpoint.SpeechClassifier;
import edu.cmu.sphinx.frontend.endpoint.SpeechMarker;
import edu.cmu.sphinx.frontend.endpoint.SpeechStartSignal;
import edu.cmu.sphinx.frontend.feature.BatchCMN;
import edu.cmu.sphinx.frontend.feature.DeltasFeatureExtractor;
import edu.cmu.sphinx.frontend.feature.FeatureTransform;
import edu.cmu.sphinx.frontend.filter.Preemphasizer;
import edu.cmu.sphinx.frontend.transform.DiscreteFourierTransform;
import edu.cmu.sphinx.frontend.util.StreamDataSource;
import edu.cmu.sphinx.frontend.window.RaisedCosineWindower;
import edu.cmu.sphinx.linguist.acoustic.tiedstate.Loader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// From sound to what Sphinx compares: the stretches in which somebody speaks, as frames of cepstra
/// with their changes. Made anew for each sound, so that none depends on the one before.
final class SpeechFeatures {
    /// Decibels by which speech stands out.
    private static final double THRESHOLD = 13;

    /// Speech that is shorter is a click, in milliseconds.
    private static final int LEAST_SPEECH_MS = 200;

    /// A pause that ends an utterance.
    private static final int PAUSE_MS = 500;

    /// Kept before its beginning, which may be a soft consonant.
    private static final int LEADER_MS = 200;

    /// Of noise that is added, in steps of 16 bits: no room is as silent as zeros, whose logarithm
    /// would outweigh the speech in the mean that is taken off.
    private static final int DITHER = 2;

    private SpeechFeatures() {}

    /// The frames of each utterance.
    ///
    /// @param samples at 16 kHz
    static List<List<Data>> utterances(short[] samples, Loader acoustics) {
        return spoken(samples).stream().map(sound -> frames(sound, acoustics)).toList();
    }

    /// The blocks of sound of each utterance.
    private static List<List<Data>> spoken(short[] samples) {
        StreamDataSource source = new StreamDataSource(Sphinx.RATE_HZ, 3200, 16, false, true);
        FrontEnd pipeline =
                new FrontEnd(
                        List.of(
                                source,
                                new DataBlocker(10),
                                new SpeechClassifier(10, 0.003, THRESHOLD, 0),
                                new SpeechMarker(LEAST_SPEECH_MS, PAUSE_MS, LEADER_MS)));
        pipeline.initialize();
        RandomGenerator dither = Seeds.stream(0, "dither");
        ByteBuffer bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        for (short sample : samples) {
            bytes.putShort(SoundFiles.rounded(sample + dither.nextInt(-DITHER, DITHER + 1)));
        }
        source.setInputStream(new ByteArrayInputStream(bytes.array()));
        List<List<Data>> utterances = new ArrayList<>();
        List<Data> utterance = new ArrayList<>();
        for (Data data : all(pipeline)) {
            if (data instanceof SpeechStartSignal) {
                utterance = new ArrayList<>();
                utterances.add(utterance);
            } else if (!(data instanceof Signal)) {
                utterance.add(data);
            }
        }
        return utterances;
    }

    private static List<Data> frames(List<Data> sound, Loader acoustics) {
        FrameSource source = new FrameSource();
        source.begin(sound);
        FrontEnd pipeline;
        try {
            pipeline =
                    new FrontEnd(
                            List.of(
                                    source,
                                    new Preemphasizer(0.97),
                                    new RaisedCosineWindower(0.46, 25.625f, 10f),
                                    new DiscreteFourierTransform(-1, false),
                                    new AutoCepstrum(acoustics),
                                    new BatchCMN(),
                                    new DeltasFeatureExtractor(3),
                                    new FeatureTransform(acoustics)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pipeline.initialize();
        return all(pipeline).stream().filter(data -> !(data instanceof Signal)).toList();
    }

    private static List<Data> all(FrontEnd pipeline) {
        List<Data> all = new ArrayList<>();
        Data data = pipeline.getData();
        while (data != null && !(data instanceof DataEndSignal)) {
            all.add(data);
            data = pipeline.getData();
        }
        return all;
    }
}
