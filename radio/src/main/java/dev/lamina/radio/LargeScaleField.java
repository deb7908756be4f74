package dev.lamina.radio;

import java.util.List;

/// The large-scale parameters of the links from one base station, all in one state, to users
/// anywhere (TR 38.901, 7.5, step 4). Each parameter's correlation over the users' distance d on
/// the ground is exp(-d/D), with the D of the table; at one place they have the table's
/// cross-correlations, within 0.015.
public final class LargeScaleField {
    private final ScenarioTable table;
    private final List<LargeScaleParameter> varying;
    private final GaussianField field;

    LargeScaleField(ScenarioTable table, List<LargeScaleParameter> varying, GaussianField field) {
        this.table = table;
        this.varying = varying;
        this.field = field;
    }

    /// Standard normal numbers for the parameters at a place, in the order of
    /// [LargeScaleParameter].
    double[] normals(double x, double y) {
        double[] values = field.at(x, y);
        double[] normals = new double[LargeScaleParameter.COUNT];
        for (int i = 0; i < values.length; i++) {
            normals[varying.get(i).index] = values[i];
        }
        return normals;
    }

    /// The parameters of the link to a user.
    public LargeScale at(Place station, Place user) {
        return table.largeScale(
                normals(user.x(), user.y()), user.groundMetres(station), station.z(), user.z());
    }
}
