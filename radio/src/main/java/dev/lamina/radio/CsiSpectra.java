package dev.lamina.radio;

/// Powers of channels over delay, Doppler frequency and direction, by discrete Fourier transforms
/// with a Hann window over time and subcarriers.
public final class CsiSpectra {
    private CsiSpectra() {}

    /// |h(t, τ)|² of a track, mean over antennas.
    ///
    /// @param points from delay 0 to 1/spacing
    /// @return a row of delays for each time
    public static double[][] impulses(float[] track, CsiShape shape, int points) {
        double[][] powers = new double[shape.steps()][points];
        int k = shape.subcarriers();
        int a = shape.antennas();
        double[] window = hann(k);
        for (int t = 0; t < shape.steps(); t++) {
            for (int antenna = 0; antenna < a; antenna++) {
                transform(track, t * k * a + antenna, a, window, 1.0 / points, 0, powers[t]);
            }
        }
        return powers;
    }

    /// |h(ν)|² of a track, mean over subcarriers and antennas.
    ///
    /// @param points from -1/2 to 1/2 cycles a step
    public static double[] doppler(float[] track, CsiShape shape, int points) {
        double[] powers = new double[points];
        int row = shape.subcarriers() * shape.antennas();
        double[] window = hann(shape.steps());
        for (int j = 0; j < row; j++) {
            transform(track, j, row, window, -1.0 / points, 0.5, powers);
        }
        return powers;
    }

    /// Power of plane waves over an array's rows and columns, mean over time, subcarriers and what
    /// else ports have (slants, the user's).
    ///
    /// @param rows of ports; antennas are numbered [others, row, column, slant]
    /// @param columns of ports
    /// @param slants at one place
    /// @param points in each direction, from -1/2 to 1/2 cycles from an element to the next
    /// @return for each frequency over rows those over columns
    public static double[][] beams(
            float[] track, CsiShape shape, int rows, int columns, int slants, int points) {
        int antennas = shape.antennas();
        int array = rows * columns * slants;
        double[][] powers = new double[points][points];
        double[][] alongColumns = table(columns, points);
        double[][] alongRows = table(rows, points);
        int samples = shape.steps() * shape.subcarriers();
        int every = Math.max(1, samples / 64);
        double[] partial = new double[2 * rows];
        for (int sample = 0; sample < samples; sample += every) {
            for (int other = 0; other < antennas / array; other++) {
                for (int slant = 0; slant < slants; slant++) {
                    int first = sample * antennas + other * array + slant;
                    for (int c = 0; c < points; c++) {
                        for (int r = 0; r < rows; r++) {
                            sum(
                                    track,
                                    first + r * columns * slants,
                                    slants,
                                    alongColumns[c],
                                    partial,
                                    r);
                        }
                        addPowers(partial, alongRows, powers, c);
                    }
                }
            }
        }
        return powers;
    }

    private static void addPowers(
            double[] partial, double[][] alongRows, double[][] powers, int column) {
        for (int p = 0; p < alongRows.length; p++) {
            double real = 0;
            double imaginary = 0;
            double[] turn = alongRows[p];
            for (int r = 0; r < partial.length / 2; r++) {
                real += partial[2 * r] * turn[2 * r] - partial[2 * r + 1] * turn[2 * r + 1];
                imaginary += partial[2 * r] * turn[2 * r + 1] + partial[2 * r + 1] * turn[2 * r];
            }
            powers[p][column] += real * real + imaginary * imaginary;
        }
    }

    private static void sum(
            float[] track, int first, int stride, double[] turn, double[] partial, int row) {
        double real = 0;
        double imaginary = 0;
        for (int i = 0; i < turn.length / 2; i++) {
            int at = 2 * (first + i * stride);
            real += track[at] * turn[2 * i] - track[at + 1] * turn[2 * i + 1];
            imaginary += track[at] * turn[2 * i + 1] + track[at + 1] * turn[2 * i];
        }
        partial[2 * row] = real;
        partial[2 * row + 1] = imaginary;
    }

    /// exp(-j 2π f i) for frequencies from -1/2 to 1/2.
    private static double[][] table(int size, int points) {
        double[][] table = new double[points][2 * size];
        for (int p = 0; p < points; p++) {
            double frequency = (p + 0.5) / points - 0.5;
            for (int i = 0; i < size; i++) {
                table[p][2 * i] = Math.cos(2 * Math.PI * frequency * i);
                table[p][2 * i + 1] = -Math.sin(2 * Math.PI * frequency * i);
            }
        }
        return table;
    }

    /// Adds |Σ w_i h_i exp(j 2π (i step p + i start))|² for all points p.
    private static void transform(
            float[] track,
            int first,
            int stride,
            double[] window,
            double step,
            double start,
            double[] powers) {
        for (int p = 0; p < powers.length; p++) {
            double turn = 2 * Math.PI * ((step * p + start) % 1);
            double cosine = Math.cos(turn);
            double sine = Math.sin(turn);
            double x = 1;
            double y = 0;
            double real = 0;
            double imaginary = 0;
            for (int i = 0; i < window.length; i++) {
                int at = 2 * (first + i * stride);
                double a = window[i] * track[at];
                double b = window[i] * track[at + 1];
                real += a * x - b * y;
                imaginary += a * y + b * x;
                double next = x * cosine - y * sine;
                y = x * sine + y * cosine;
                x = next;
            }
            powers[p] += real * real + imaginary * imaginary;
        }
    }

    private static double[] hann(int size) {
        double[] window = new double[size];
        for (int i = 0; i < size; i++) {
            double sine = Math.sin(Math.PI * (i + 1) / (size + 1));
            window[i] = sine * sine;
        }
        return window;
    }
}
