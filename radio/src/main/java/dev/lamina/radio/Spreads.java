package dev.lamina.radio;

/// How widely the paths of one link are spread.
///
/// @param delaySeconds rms delay spread
/// @param departureAzimuthDegrees azimuth spread at the base station
/// @param arrivalAzimuthDegrees azimuth spread at the user
/// @param departureZenithDegrees zenith spread at the base station
/// @param arrivalZenithDegrees zenith spread at the user
public record Spreads(
        double delaySeconds,
        double departureAzimuthDegrees,
        double arrivalAzimuthDegrees,
        double departureZenithDegrees,
        double arrivalZenithDegrees) {}
