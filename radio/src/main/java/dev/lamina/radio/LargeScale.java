package dev.lamina.radio;

/// Large-scale parameters of a link (TR 38.901, 7.5, step 4), in linear units.
///
/// @param delaySpreadSeconds DS
/// @param departureAzimuthDegrees ASD, at most 104
/// @param arrivalAzimuthDegrees ASA, at most 104
/// @param departureZenithDegrees ZSD, at most 52
/// @param arrivalZenithDegrees ZSA, at most 52
/// @param shadowingDecibels SF; positive where more arrives than the path loss says
/// @param ricianDecibels K; 0 and without meaning unless in line of sight
public record LargeScale(
        double delaySpreadSeconds,
        double departureAzimuthDegrees,
        double arrivalAzimuthDegrees,
        double departureZenithDegrees,
        double arrivalZenithDegrees,
        double shadowingDecibels,
        double ricianDecibels) {}
