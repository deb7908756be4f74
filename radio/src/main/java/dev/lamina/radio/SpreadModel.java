package dev.lamina.radio;

import java.util.random.RandomGenerator;

/// How the spreads of a link are found in a [Calibration].
@FunctionalInterface
public interface SpreadModel {
    /// The large-scale parameters themselves: what the spreads of clusters are drawn towards. Those
    /// measured from clusters differ.
    SpreadModel DRAWN =
            (link, random) ->
                    new Spreads(
                            link.largeScale().delaySpreadSeconds(),
                            link.largeScale().departureAzimuthDegrees(),
                            link.largeScale().arrivalAzimuthDegrees(),
                            link.largeScale().departureZenithDegrees(),
                            link.largeScale().arrivalZenithDegrees());

    /// The spreads of a link, without antenna patterns.
    ///
    /// @param random for clusters and rays
    Spreads of(Link link, RandomGenerator random);

    /// What is known of a link before its clusters are drawn.
    record Link(
            Place station,
            Place user,
            LinkState state,
            LargeScale largeScale,
            ClusterStatistics clusters) {}
}
