package dev.lamina.radio;

/// What a [Calibration] found, over its users.
///
/// @param couplingGainDecibels path gain with antennas to the strongest sector: negative
/// @param geometryDecibels strongest sector over the sum of the others, no noise
/// @param delayNanoseconds of the link to the strongest sector, as are the angles
/// @param departureAzimuthDegrees ASD
/// @param arrivalAzimuthDegrees ASA
/// @param departureZenithDegrees ZSD
/// @param arrivalZenithDegrees ZSA
public record CalibrationResult(
        Percentiles couplingGainDecibels,
        Percentiles geometryDecibels,
        Percentiles delayNanoseconds,
        Percentiles departureAzimuthDegrees,
        Percentiles arrivalAzimuthDegrees,
        Percentiles departureZenithDegrees,
        Percentiles arrivalZenithDegrees) {}
