package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Noise;
import org.junit.jupiter.api.Test;

class TracksTest {
    private static final Exponentials CSI = new Exponentials(new CsiShape(20, 96, 4), 50, 3);

    @Test
    void noiseIsAsStrongAsSaid() {
        Tracks tracks =
                new Tracks(
                        CSI,
                        ArrayLayout.unknown(4),
                        Tracks.Config.llm4cp(48, Target.sameBand(4, 48), 1)
                                .withNoise(Noise.of(10, 1)));
        Track track = tracks.get(7);
        assertThat(Nmse.of(track.labels(), track.clean())).isCloseTo(0.1, within(0.03));
        Tracks without = new Tracks(CSI, ArrayLayout.unknown(4), tracks.config().withNoise(null));
        assertThat(without.get(7).labels()).isEqualTo(track.clean());
    }

    @Test
    void aTrackIsAPureFunctionOfItsIndex() {
        Tracks tracks =
                new Tracks(
                        CSI,
                        ArrayLayout.unknown(4),
                        Tracks.Config.llm4cp(48, new Target(4, 48, 48), 1));
        Track track = tracks.all().get(7);
        Track again = tracks.some(3, 7).get(1);
        assertThat(again.history().channels()).isEqualTo(track.history().channels());
        assertThat(again.labels()).isEqualTo(track.labels());
        assertThat(tracks.get(8).labels()).isNotEqualTo(track.labels());
        float[] channels = CSI.track(7);
        // time 17, subcarrier 48 + 5, antenna 2
        assertThat(track.clean()[2 * ((1 * 48 + 5) * 4 + 2)])
                .isEqualTo(channels[2 * ((17 * 96 + 53) * 4 + 2)]);
        assertThat(track.history().channels()).hasSize(2 * 16 * 48 * 4);
    }

    @Test
    void noiseDiffersFromTrackToTrackAndBetweenHistoryAndLabels() {
        Tracks tracks =
                new Tracks(
                        CSI,
                        ArrayLayout.unknown(4),
                        Tracks.Config.llm4cp(48, Target.sameBand(4, 48), 1));
        double sum = 0;
        for (Track track : tracks.all()) {
            sum += Nmse.of(track.labels(), track.clean());
        }
        // the mean of 10^(-s/10) over U(5, 20) dB is 0.0887
        assertThat(sum / 50).isCloseTo(0.0887, within(0.03));
        Track track = tracks.get(0);
        double of = track.labels()[0] - track.clean()[0];
        assertThat(track.history().channels()[0] - CSI.track(0)[0]).isNotEqualTo((float) of);
    }

    @Test
    void refusesTracksThatAreTooShort() {
        assertThatThrownBy(() ->
                        new Tracks(
                                CSI,
                                ArrayLayout.unknown(4),
                                Tracks.Config.llm4cp(48, Target.sameBand(5, 48), 1)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("tracks of 20 steps and 96 subcarriers, where 21 and 48");
    }
}
