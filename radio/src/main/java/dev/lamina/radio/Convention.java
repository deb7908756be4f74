package dev.lamina.radio;

/// Whose reading of TR 38.901.
public enum Convention {
    /// The TR's text: LOS delays are divided by C_τ, clusters 25 dB below the strongest go, zeniths
    /// of departure have their offset, angle spreads are capped.
    STANDARD,
    /// QuaDRiGa 2.8.1 in its baseline mode, which made LLM4CP's data: none of these; rays spread
    /// over fixed zeniths of departure; angles of clusters are uniform draws, see [ClusterAngles];
    /// in line of sight the first cluster is the direct ray alone.
    QUADRIGA;

    /// Whether a user indoors gets zeniths of departure of line of sight.
    ///
    /// @param seen whether the station sees the building
    boolean seesBuilding(Scenario scenario, boolean seen) {
        return switch (this) {
            case STANDARD -> seen;
            case QUADRIGA -> scenario == Scenario.URBAN_MICRO;
        };
    }

    /// A table's statistics in this reading.
    ClusterStatistics statistics(ClusterStatistics table, Scenario scenario, LinkState state) {
        return switch (this) {
            case STANDARD -> table;
            case QUADRIGA ->
                    new ClusterStatistics(
                            table.clusters(),
                            table.rays(),
                            table.delayScaling(),
                            table.shadowingDecibels(),
                            table.delaySpreadSeconds(),
                            table.departureAzimuthDegrees(),
                            table.arrivalAzimuthDegrees(),
                            departureZenithDegrees(scenario, state),
                            table.arrivalZenithDegrees(),
                            0,
                            table.polarisationMeanDecibels(),
                            table.polarisationDeviationDecibels());
        };
    }

    /// c_ZSD in QuaDRiGa's files.
    private static double departureZenithDegrees(Scenario scenario, LinkState state) {
        return switch (state) {
            case INDOOR -> 4;
            case LINE_OF_SIGHT -> scenario == Scenario.URBAN_MACRO ? 5 : 4;
            case NO_LINE_OF_SIGHT -> scenario == Scenario.URBAN_MACRO ? 1.5 : 4;
        };
    }
}
