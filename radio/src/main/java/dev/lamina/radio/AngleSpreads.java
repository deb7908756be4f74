package dev.lamina.radio;

import dev.lamina.base.BadInputException;

/// Wanted angle spreads in degrees, as TR 38.901, annex A, measures them.
///
/// @param departureAzimuthDegrees ASD
/// @param arrivalAzimuthDegrees ASA
/// @param departureZenithDegrees ZSD
/// @param arrivalZenithDegrees ZSA
public record AngleSpreads(
        double departureAzimuthDegrees,
        double arrivalAzimuthDegrees,
        double departureZenithDegrees,
        double arrivalZenithDegrees) {
    public AngleSpreads {
        BadInputException.check(
                departureAzimuthDegrees >= 0
                        && arrivalAzimuthDegrees >= 0
                        && departureZenithDegrees >= 0
                        && arrivalZenithDegrees >= 0
                        && Double.isFinite(
                                departureAzimuthDegrees
                                        + arrivalAzimuthDegrees
                                        + departureZenithDegrees
                                        + arrivalZenithDegrees),
                "angle spreads of "
                        + departureAzimuthDegrees
                        + ", "
                        + arrivalAzimuthDegrees
                        + ", "
                        + departureZenithDegrees
                        + ", "
                        + arrivalZenithDegrees
                        + " degrees",
                "take numbers of at least 0.");
    }
}
