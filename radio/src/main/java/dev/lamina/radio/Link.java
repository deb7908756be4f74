package dev.lamina.radio;

/// What joins the station and the user of a track, where it starts.
///
/// @param table of its state
/// @param pathLossDecibels with the loss into a building
record Link(ScenarioTable table, LargeScale large, double pathLossDecibels, Direction departure) {
    LinkState state() {
        return table.state();
    }
}
