package dev.lamina.radio;

import dev.lamina.base.Seeds;
import java.util.random.RandomGenerator;

/// How the user of one track moves and turns.
record Journey(Track track, double speedKmh, UserAntenna antenna) {
    private static final double KMH_PER_METRE_PER_SECOND = 3.6;

    /// Draws the journey of a track.
    static Journey of(ChannelSpec spec, int index) {
        RandomGenerator random = Seeds.stream(spec.seed(), "journey", index);
        double kmh = spec.movement().speeds().kmh(index, spec.tracks(), random);
        Track track = track(spec, kmh / KMH_PER_METRE_PER_SECOND, random);
        ChannelSpec.User user = spec.user();
        Orientation orientation =
                switch (user.turning()) {
                    case FIXED, ALONG_MOTION -> user.orientation();
                    case RANDOM -> user.orientation().turned(360 * random.nextDouble());
                };
        boolean follows = user.turning() == Turning.ALONG_MOTION;
        return new Journey(track, kmh, new UserAntenna(user.panel(), orientation, follows));
    }

    private static Track track(ChannelSpec spec, double speed, RandomGenerator random) {
        ChannelSpec.Grid grid = spec.grid();
        double height = spec.user().heightMetres();
        if (!spec.movement().route().isEmpty()) {
            return Track.along(
                    spec.movement().route().stream()
                            .map(corner -> new Place(corner.x(), corner.y(), height))
                            .toList(),
                    random.nextDouble(),
                    speed,
                    grid.steps(),
                    grid.stepSeconds());
        }
        Place start =
                switch (spec.environment()) {
                    case Environment.Cell cell -> cell.places().draw(height, random);
                    case Environment.ClusteredDelayLine line -> new Place(0, 0, height);
                    case Environment.TappedDelayLine line -> new Place(0, 0, height);
                };
        double heading = 360 * random.nextDouble();
        return Track.straight(start, speed, heading, grid.steps(), grid.stepSeconds());
    }
}
