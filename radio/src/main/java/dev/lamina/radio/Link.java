package dev.lamina.radio;

/// What joins the station and the user of a track, where it starts.
///
/// @param pathLossDecibels with the loss into a building
record Link(LinkState state, LargeScale large, double pathLossDecibels, Direction departure) {}
