package dev.lamina.radio;

/// A user's array and how it turns.
///
/// @param orientation at rest; measured from the heading if it follows the motion
record UserAntenna(Panel panel, Orientation orientation, boolean followsMotion) {
    OrientedPanel at(Track track, int step) {
        return new OrientedPanel(
                panel,
                followsMotion ? orientation.turned(track.headingDegrees(step)) : orientation);
    }
}
