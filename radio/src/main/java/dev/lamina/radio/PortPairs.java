package dev.lamina.radio;

import java.util.Arrays;

/// The channel of one ray between all pairs of ports (TR 38.901, 7.5, equation 7.5-22 without
/// Doppler): F_rx^T Q F_tx with the phases of both arrays. Pairs are numbered [user port, station
/// port].
final class PortPairs {
    private final OrientedPanel.Response station;
    private final OrientedPanel.Response user;
    private final double[] real;
    private final double[] imaginary;
    private final float[] userPhases;
    private final double[] ones;
    private final double[] zeros;

    PortPairs(OrientedPanel station, OrientedPanel user) {
        this.station = station.new Response();
        this.user = user.new Response();
        real = new double[station.slants()];
        imaginary = new double[station.slants()];
        userPhases = new float[2 * user.ports()];
        ones = new double[user.slants()];
        Arrays.fill(ones, 1);
        zeros = new double[user.slants()];
    }

    void departure(OrientedPanel panel, double zenith, double azimuth) {
        panel.respond(zenith, azimuth, station);
    }

    void arrival(OrientedPanel panel, double zenith, double azimuth) {
        panel.respond(zenith, azimuth, user);
        user.write(ones, zeros, userPhases, 0);
    }

    /// Writes a row: amplitude, coupling and fields of a ray, times a complex number.
    void write(Rays rays, int ray, double scaleReal, double scaleImaginary, float[] row) {
        double[] q = rays.coupling;
        int at = 8 * ray;
        int slants = user.zenithField.length;
        int userPorts = userPhases.length / 2;
        int width = row.length / userPorts;
        for (int port = 0; port < userPorts; port++) {
            double fz = rays.amplitude[ray] * user.zenithField[port % slants];
            double fa = rays.amplitude[ray] * user.azimuthField[port % slants];
            double a = userPhases[2 * port] * scaleReal - userPhases[2 * port + 1] * scaleImaginary;
            double b = userPhases[2 * port] * scaleImaginary + userPhases[2 * port + 1] * scaleReal;
            double zr = fz * q[at] + fa * q[at + 4];
            double zi = fz * q[at + 1] + fa * q[at + 5];
            double ar = fz * q[at + 2] + fa * q[at + 6];
            double ai = fz * q[at + 3] + fa * q[at + 7];
            for (int i = 0; i < real.length; i++) {
                double x = zr * station.zenithField[i] + ar * station.azimuthField[i];
                double y = zi * station.zenithField[i] + ai * station.azimuthField[i];
                real[i] = a * x - b * y;
                imaginary[i] = a * y + b * x;
            }
            station.write(real, imaginary, row, port * width);
        }
    }

    /// Writes what the station's ports send of a ray into F_θ and F_φ of the user, one row each.
    void writeDeparture(Rays rays, int ray, float[] zenithRow, float[] azimuthRow) {
        for (int component = 0; component < 2; component++) {
            double[] q = rays.coupling;
            int at = 8 * ray + 4 * component;
            for (int i = 0; i < real.length; i++) {
                double z = rays.amplitude[ray] * station.zenithField[i];
                double a = rays.amplitude[ray] * station.azimuthField[i];
                real[i] = z * q[at] + a * q[at + 2];
                imaginary[i] = z * q[at + 1] + a * q[at + 3];
            }
            station.write(real, imaginary, component == 0 ? zenithRow : azimuthRow, 0);
        }
    }

    /// Writes the factors of those rows for each user port, [user port, row], while a ray drifts.
    ///
    /// @param at where the first port's two factors go, and how far those of the next
    void writeArrival(
            OrientedPanel panel,
            RayDrift drift,
            double wavelengthMetres,
            float[] rowReal,
            float[] rowImaginary,
            int at,
            int stride) {
        panel.respond(drift.east, drift.north, drift.up, user);
        user.write(ones, zeros, userPhases, 0);
        double phase = -2 * Math.PI * (drift.grownMetres / wavelengthMetres);
        double cosine = Math.cos(phase);
        double sine = Math.sin(phase);
        for (int port = 0; port < userPhases.length / 2; port++) {
            double a = userPhases[2 * port] * cosine - userPhases[2 * port + 1] * sine;
            double b = userPhases[2 * port] * sine + userPhases[2 * port + 1] * cosine;
            int slant = port % user.zenithField.length;
            int next = at + port * stride;
            rowReal[next] = (float) (a * user.zenithField[slant]);
            rowImaginary[next] = (float) (b * user.zenithField[slant]);
            rowReal[next + 1] = (float) (a * user.azimuthField[slant]);
            rowImaginary[next + 1] = (float) (b * user.azimuthField[slant]);
        }
    }
}
