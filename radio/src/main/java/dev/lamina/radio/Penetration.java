package dev.lamina.radio;

/// Loss into a building (TR 38.901, 7.4.3.1, tables 7.4.3-1 and 7.4.3-2).
public enum Penetration {
    /// 30 % standard glass, 70 % concrete.
    LOW(4.4),
    /// 70 % coated glass, 30 % concrete.
    HIGH(6.5);

    /// Loss within the building.
    private static final double DECIBELS_PER_METRE = 0.5;

    private final double deviationDecibels;

    Penetration(double deviationDecibels) {
        this.deviationDecibels = deviationDecibels;
    }

    /// A wall's material, L = a + b f in dB, f in GHz.
    enum Material {
        GLASS(2, 0.2),
        COATED_GLASS(23, 0.3),
        CONCRETE(5, 4),
        WOOD(4.85, 0.12);

        private final double constant;
        private final double slope;

        Material(double constant, double slope) {
            this.constant = constant;
            this.slope = slope;
        }

        double decibels(double carrierHertz) {
            return constant + slope * carrierHertz / 1e9;
        }
    }

    /// Mean of the loss through wall and rooms in dB, PL_tw + PL_in.
    ///
    /// @param indoorMetres d_2D-in, from the wall to the user on the ground
    public double decibels(double carrierHertz, double indoorMetres) {
        Ranges.carrier(carrierHertz);
        Ranges.between("distance indoors in metres", indoorMetres, 0, 100);
        double wall =
                switch (this) {
                    case LOW -> wall(carrierHertz, Material.GLASS, 0.3, Material.CONCRETE, 0.7);
                    case HIGH ->
                            wall(carrierHertz, Material.COATED_GLASS, 0.7, Material.CONCRETE, 0.3);
                };
        return wall + DECIBELS_PER_METRE * indoorMetres;
    }

    /// σ_P in dB, of the loss of different buildings. One draw holds for the links to all base
    /// stations.
    public double deviationDecibels() {
        return deviationDecibels;
    }

    private static double wall(
            double carrierHertz, Material one, double share, Material other, double rest) {
        double through =
                share * Math.pow(10, -one.decibels(carrierHertz) / 10)
                        + rest * Math.pow(10, -other.decibels(carrierHertz) / 10);
        return 5 - 10 * Math.log10(through);
    }
}
