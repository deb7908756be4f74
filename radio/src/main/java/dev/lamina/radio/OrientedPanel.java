package dev.lamina.radio;

/// A panel turned in space: what its ports receive from, or send to, a direction (TR 38.901, 7.1
/// and 7.3). The phase of a port is 2π r·d/λ, which splits into a factor for its row and one for
/// its column, as all ports lie on a grid.
final class OrientedPanel {
    private final Panel panel;
    private final int slants;
    private final double[] slantCosines;
    private final double[] slantSines;
    // R^-1, row by row
    private final double[] inverse;
    // of every place with ports, in the order of the ports, among all rows and columns of the grid
    private final int[] rowOf;
    private final int[] columnOf;
    private final double turn;
    private final double tilt;
    private final double apart;

    OrientedPanel(Panel panel, Orientation orientation) {
        this.panel = panel;
        slants = panel.slantsDegrees().size();
        slantCosines = new double[slants];
        slantSines = new double[slants];
        for (int i = 0; i < slants; i++) {
            double slant = Math.toRadians(panel.slantsDegrees().get(i));
            slantCosines[i] = Math.cos(slant);
            slantSines[i] = Math.sin(slant);
        }
        double a = Math.toRadians(orientation.bearingDegrees());
        double b = Math.toRadians(orientation.downtiltDegrees());
        double c = Math.toRadians(orientation.slantDegrees());
        double sa = Math.sin(a);
        double ca = Math.cos(a);
        double sb = Math.sin(b);
        double cb = Math.cos(b);
        double sc = Math.sin(c);
        double cc = Math.cos(c);
        inverse =
                new double[] {
                    ca * cb,
                    sa * cb,
                    -sb,
                    ca * sb * sc - sa * cc,
                    sa * sb * sc + ca * cc,
                    cb * sc,
                    ca * sb * cc + sa * sc,
                    sa * sb * cc - ca * sc,
                    cb * cc
                };
        int portRows = panel.portRows();
        int portColumns = panel.portColumns();
        int perPanel = portRows * portColumns;
        rowOf = new int[panel.ports() / slants];
        columnOf = new int[rowOf.length];
        for (int i = 0; i < rowOf.length; i++) {
            int within = i % perPanel;
            rowOf[i] = i / perPanel / panel.panelColumns() * portRows + within / portColumns;
            columnOf[i] = i / perPanel % panel.panelColumns() * portColumns + within % portColumns;
        }
        turn = 2 * Math.PI * panel.spacingWavelengths();
        tilt = -turn * Math.cos(Math.toRadians(panel.tiltZenithDegrees()));
        apart = 2 * Math.PI * panel.panelSpacingWavelengths();
    }

    int ports() {
        return panel.ports();
    }

    int slants() {
        return slants;
    }

    /// Computes fields and grid factors towards a direction of the world.
    void respond(double zenith, double azimuth, Response response) {
        double ground = Math.sin(zenith);
        respond(ground * Math.cos(azimuth), ground * Math.sin(azimuth), Math.cos(zenith), response);
    }

    /// The same for a unit vector.
    void respond(double east, double north, double up, Response response) {
        double[] m = inverse;
        double x = m[0] * east + m[1] * north + m[2] * up;
        double y = m[3] * east + m[4] * north + m[5] * up;
        double z = m[6] * east + m[7] * north + m[8] * up;
        double ground = Math.sqrt(x * x + y * y);
        double field =
                panel.element() == AntennaElement.OMNIDIRECTIONAL
                        ? 1
                        : panel.element().field(Math.atan2(ground, z), Math.atan2(y, x));
        // The local unit vector of growing zenith; at the poles its azimuth is free.
        double tx = ground > 1e-12 ? z * x / ground : z;
        double ty = ground > 1e-12 ? z * y / ground : 0;
        double tz = -ground;
        // Its parts along the world's unit vectors of growing zenith and azimuth: cos ψ and sin ψ
        // of 7.1-15.
        double wx = m[0] * tx + m[3] * ty + m[6] * tz;
        double wy = m[1] * tx + m[4] * ty + m[7] * tz;
        double wz = m[2] * tx + m[5] * ty + m[8] * tz;
        double sz = Math.sqrt(east * east + north * north);
        double ca = sz > 1e-12 ? east / sz : 1;
        double sa = sz > 1e-12 ? north / sz : 0;
        double cosine = wx * up * ca + wy * up * sa - wz * sz;
        double sine = wy * ca - wx * sa;
        for (int i = 0; i < slants; i++) {
            response.zenithField[i] = field * (slantCosines[i] * cosine - slantSines[i] * sine);
            response.azimuthField[i] = field * (slantCosines[i] * sine + slantSines[i] * cosine);
        }
        factors(
                panel.panelRows(),
                panel.portRows(),
                panel.rowsPerPort(),
                apart * z,
                turn * z,
                tilt,
                response.rowReal,
                response.rowImaginary);
        factors(
                panel.panelColumns(),
                panel.portColumns(),
                panel.columnsPerPort(),
                apart * y,
                turn * y,
                0,
                response.columnReal,
                response.columnImaginary);
    }

    /// For one axis of the grid: exp(j phase) of each port, times the sum over the elements of a
    /// port with weights exp(j k weight) / sqrt(elements).
    private static void factors(
            int panels,
            int ports,
            int elements,
            double apart,
            double turn,
            double weight,
            double[] real,
            double[] imaginary) {
        double startReal = 1;
        double startImaginary = 0;
        if (elements > 1) {
            startReal = 0;
            for (int k = 0; k < elements; k++) {
                startReal += Math.cos(k * (turn + weight));
                startImaginary += Math.sin(k * (turn + weight));
            }
            startReal /= Math.sqrt(elements);
            startImaginary /= Math.sqrt(elements);
        }
        double stepReal = ports > 1 ? Math.cos(elements * turn) : 1;
        double stepImaginary = ports > 1 ? Math.sin(elements * turn) : 0;
        for (int panel = 0; panel < panels; panel++) {
            double a = startReal;
            double b = startImaginary;
            if (panel > 0) {
                double cosine = Math.cos(panel * apart);
                double sine = Math.sin(panel * apart);
                a = startReal * cosine - startImaginary * sine;
                b = startReal * sine + startImaginary * cosine;
            }
            for (int port = 0; port < ports; port++) {
                real[panel * ports + port] = a;
                imaginary[panel * ports + port] = b;
                double next = a * stepReal - b * stepImaginary;
                b = a * stepImaginary + b * stepReal;
                a = next;
            }
        }
    }

    /// What [#respond] fills in; may be used again and again by one thread.
    final class Response {
        /// F_θ and F_φ for each slant, in the world's coordinates.
        final double[] zenithField = new double[slants];

        final double[] azimuthField = new double[slants];
        private final double[] rowReal = new double[panel.panelRows() * panel.portRows()];
        private final double[] rowImaginary = new double[rowReal.length];
        private final double[] columnReal = new double[panel.panelColumns() * panel.portColumns()];
        private final double[] columnImaginary = new double[columnReal.length];

        /// Writes for every port its phase factor times the complex number of its slant, in turn
        /// real and imaginary part.
        ///
        /// @param real of each slant
        /// @param imaginary of each slant
        /// @param at where the row begins
        void write(double[] real, double[] imaginary, float[] row, int at) {
            int next = at;
            for (int place = 0; place < rowOf.length; place++) {
                int r = rowOf[place];
                int c = columnOf[place];
                double a = rowReal[r] * columnReal[c] - rowImaginary[r] * columnImaginary[c];
                double b = rowReal[r] * columnImaginary[c] + rowImaginary[r] * columnReal[c];
                for (int i = 0; i < slants; i++) {
                    row[next++] = (float) (a * real[i] - b * imaginary[i]);
                    row[next++] = (float) (a * imaginary[i] + b * real[i]);
                }
            }
        }
    }
}
