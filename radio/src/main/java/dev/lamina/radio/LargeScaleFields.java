package dev.lamina.radio;

import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.List;

/// Makes the [LargeScaleField]s of base stations for one column of the tables.
public final class LargeScaleFields {
    private final ScenarioTable table;

    /// Those that vary: K does not, out of sight.
    private final List<LargeScaleParameter> varying;

    private final Coherence coherence;

    public LargeScaleFields(ScenarioTable table) {
        this.table = table;
        varying = new ArrayList<>();
        for (LargeScaleParameter parameter : LargeScaleParameter.values()) {
            if (table.deviation(parameter) > 0) {
                varying.add(parameter);
            }
        }
        int n = varying.size();
        double[][] correlations = new double[n][n];
        double[] metres = new double[n];
        for (int i = 0; i < n; i++) {
            metres[i] = table.correlationMetres(varying.get(i));
            for (int j = 0; j < n; j++) {
                correlations[i][j] = table.crossCorrelation(varying.get(i), varying.get(j));
            }
        }
        coherence = Coherence.of(correlations, metres);
    }

    /// What the correlation of two parameters at one place has become.
    double crossCorrelation(LargeScaleParameter one, LargeScaleParameter other) {
        return one == other
                ? 1
                : coherence.correlation(varying.indexOf(one), varying.indexOf(other));
    }

    ScenarioTable table() {
        return table;
    }

    List<LargeScaleParameter> varying() {
        return varying;
    }

    /// The field of a base station; those of others, and of other link states, are independent of
    /// it.
    public LargeScaleField of(long seed, int station) {
        return new LargeScaleField(
                table,
                varying,
                new GaussianField(
                        coherence, Seeds.stream(seed, "large-scale", table.state(), station)));
    }
}
