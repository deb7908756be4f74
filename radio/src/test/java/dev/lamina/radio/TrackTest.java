package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrackTest {
    @Test
    void straightTracksHaveEqualSteps() {
        Track track = Track.straight(new Place(1, 2, 3), 10, 90, 5, 0.1);
        assertThat(track.isStraight()).isTrue();
        assertThat(track.places().get(4).y()).isEqualTo(6, within(1e-12));
        assertThat(track.headingDegrees(4)).isEqualTo(90, within(1e-9));
    }

    @Test
    void linesAreFollowedAtConstantSpeedAndBack() {
        List<Place> corners = List.of(new Place(0, 0, 0), new Place(3, 0, 0), new Place(3, 4, 0));
        Track track = Track.along(corners, 1, 1, 10, 1);
        assertThat(track.places().get(1)).isEqualTo(new Place(2, 0, 0));
        assertThat(track.places().get(4)).isEqualTo(new Place(3, 2, 0));
        assertThat(track.places().get(6)).isEqualTo(new Place(3, 4, 0));
        assertThat(track.places().get(8)).isEqualTo(new Place(3, 2, 0));
        assertThat(track.isStraight()).isFalse();
        assertThat(track.headingDegrees(3)).isEqualTo(90, within(1e-9));
        assertThat(track.headingDegrees(8)).isEqualTo(-90, within(1e-9));
    }

    @Test
    void whoStandsStillLooksAlongX() {
        assertThat(new Track(List.of(new Place(1, 1, 1))).headingDegrees(0)).isZero();
    }
}
