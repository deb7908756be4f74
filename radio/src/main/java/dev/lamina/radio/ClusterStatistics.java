package dev.lamina.radio;

/// How clusters and rays of a link are drawn (TR 38.901, table 7.5-6).
///
/// @param clusters N
/// @param rays M of each cluster
/// @param delayScaling r_τ
/// @param shadowingDecibels ζ, standard deviation for each cluster
/// @param delaySpreadSeconds c_DS, between the sub-clusters of the two strongest
/// @param departureAzimuthDegrees c_ASD
/// @param arrivalAzimuthDegrees c_ASA
/// @param departureZenithDegrees (3/8) 10^(μ_lgZSD), see 7.5, equation 7.5-20
/// @param arrivalZenithDegrees c_ZSA
/// @param departureZenithOffsetDegrees μ_offset,ZOD
/// @param polarisationMeanDecibels μ_XPR
/// @param polarisationDeviationDecibels σ_XPR
public record ClusterStatistics(
        int clusters,
        int rays,
        double delayScaling,
        double shadowingDecibels,
        double delaySpreadSeconds,
        double departureAzimuthDegrees,
        double arrivalAzimuthDegrees,
        double departureZenithDegrees,
        double arrivalZenithDegrees,
        double departureZenithOffsetDegrees,
        double polarisationMeanDecibels,
        double polarisationDeviationDecibels) {}
