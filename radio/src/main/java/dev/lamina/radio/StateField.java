package dev.lamina.radio;

import dev.lamina.base.Seeds;

/// A state that users have or not, alike at places near one another: in line of sight of a base
/// station, or indoors (TR 38.901, 7.6.3.3). A Gaussian field with a correlation distance of 50 m
/// is compared with the level that the state's probability asks for.
public final class StateField {
    private static final double CORRELATION_METRES = 50;

    private final GaussianField field;

    /// @param name parts that tell this state from others, such as `"line of sight", station`
    public StateField(long seed, Object... name) {
        field =
                new GaussianField(
                        Coherence.single(CORRELATION_METRES),
                        Seeds.stream(seed, "state", Seeds.derive(seed, name)));
    }

    /// Whether a user at this place has the state.
    ///
    /// @param probability of the state at this place
    public boolean at(Place user, double probability) {
        return uniform(user) < probability;
    }

    /// A number that is uniform between 0 and 1, the field's value through its distribution.
    double uniform(Place user) {
        return Normal.distribution(field.at(user.x(), user.y())[0]);
    }
}
