package dev.lamina.radio;

import dev.lamina.base.BadInputException;

/// Path loss outdoors and probability of line of sight (TR 38.901, 7.4.1 and 7.4.2). Loss into
/// buildings is added by [Penetration].
///
/// @param scenario says which formulas
/// @param carrierHertz f_c, never clipped: 0.5 to 100 GHz
/// @param stationMetres h_BS; the TR has 25 m in UMa and 10 m in UMi
public record PathLosses(Scenario scenario, double carrierHertz, double stationMetres) {
    static final double LEAST_GROUND_METRES = 10;
    static final double MOST_GROUND_METRES = 5_000;
    private static final double LEAST_USER_METRES = 1.5;
    private static final double MOST_USER_METRES = 22.5;
    private static final double SPEED_OF_LIGHT = 299_792_458;

    /// h_E where nothing else is drawn.
    private static final double ENVIRONMENT_METRES = 1;

    public PathLosses {
        Ranges.carrier(carrierHertz);
        Ranges.between("height of the base station in metres", stationMetres, 5, 150);
    }

    /// With the TR's height of the station.
    public static PathLosses of(Scenario scenario, double carrierHertz) {
        double metres =
                switch (scenario) {
                    case URBAN_MACRO -> 25;
                    case URBAN_MICRO -> 10;
                };
        return new PathLosses(scenario, carrierHertz, metres);
    }

    /// Probability of line of sight (table 7.4.2-1).
    ///
    /// @param groundMetres d_2D-out, on the ground as far as the building's wall; may be below 10 m
    /// @param userMetres h_UT
    public static double lineOfSightProbability(
            Scenario scenario, double groundMetres, double userMetres) {
        Ranges.between("distance on the ground in metres", groundMetres, 0, MOST_GROUND_METRES);
        user(userMetres);
        if (groundMetres <= 18) {
            return 1;
        }
        double near = 18 / groundMetres;
        return switch (scenario) {
            case URBAN_MICRO -> near + Math.exp(-groundMetres / 36) * (1 - near);
            case URBAN_MACRO ->
                    (near + Math.exp(-groundMetres / 63) * (1 - near))
                            * (1 + overRoofs(groundMetres, userMetres));
        };
    }

    /// Path loss in dB (table 7.4.1-1), the environment 1 m high.
    ///
    /// @param groundMetres d_2D, with the part indoors
    /// @param userMetres h_UT
    public double decibels(boolean lineOfSight, double groundMetres, double userMetres) {
        return decibels(lineOfSight, groundMetres, userMetres, ENVIRONMENT_METRES);
    }

    /// Path loss in dB (table 7.4.1-1).
    ///
    /// @param groundMetres d_2D, with the part indoors
    /// @param userMetres h_UT
    /// @param environmentMetres h_E, see [#environmentMetres]
    public double decibels(
            boolean lineOfSight, double groundMetres, double userMetres, double environmentMetres) {
        check(groundMetres, userMetres);
        BadInputException.check(
                environmentMetres >= 0 && environmentMetres < Math.min(userMetres, stationMetres),
                "height of the environment in metres is " + environmentMetres,
                "take one below user and base station");
        double lgDistance = Math.log10(metres(groundMetres, userMetres));
        double lgGigahertz = Math.log10(carrierHertz / 1e9);
        double breakpoint =
                4
                        * (stationMetres - environmentMetres)
                        * (userMetres - environmentMetres)
                        * carrierHertz
                        / SPEED_OF_LIGHT;
        double height = stationMetres - userMetres;
        double lgBreakpoint = Math.log10(breakpoint * breakpoint + height * height);
        boolean near = groundMetres <= breakpoint;
        double above = userMetres - 1.5;
        return switch (scenario) {
            case URBAN_MACRO -> {
                double seen =
                        (near ? 28 + 22 * lgDistance : 28 + 40 * lgDistance - 9 * lgBreakpoint)
                                + 20 * lgGigahertz;
                yield lineOfSight
                        ? seen
                        : Math.max(
                                seen, 13.54 + 39.08 * lgDistance + 20 * lgGigahertz - 0.6 * above);
            }
            case URBAN_MICRO -> {
                double seen =
                        (near
                                        ? 32.4 + 21 * lgDistance
                                        : 32.4 + 40 * lgDistance - 9.5 * lgBreakpoint)
                                + 20 * lgGigahertz;
                yield lineOfSight
                        ? seen
                        : Math.max(
                                seen, 22.4 + 35.3 * lgDistance + 21.3 * lgGigahertz - 0.3 * above);
            }
        };
    }

    /// Path loss in dB out of sight by the table's optional, simpler formula. Its shadowing has
    /// [#optionalShadowingDecibels].
    public double optionalDecibels(double groundMetres, double userMetres) {
        check(groundMetres, userMetres);
        double slope =
                switch (scenario) {
                    case URBAN_MACRO -> 30;
                    case URBAN_MICRO -> 31.9;
                };
        return 32.4
                + 20 * Math.log10(carrierHertz / 1e9)
                + slope * Math.log10(metres(groundMetres, userMetres));
    }

    /// σ_SF in dB outdoors (table 7.4.1-1).
    public static double shadowingDecibels(Scenario scenario, boolean lineOfSight) {
        return switch (scenario) {
            case URBAN_MACRO -> lineOfSight ? 4 : 6;
            case URBAN_MICRO -> lineOfSight ? 4 : 7.82;
        };
    }

    /// σ_SF in dB that belongs to [#optionalDecibels].
    public static double optionalShadowingDecibels(Scenario scenario) {
        return switch (scenario) {
            case URBAN_MACRO -> 7.8;
            case URBAN_MICRO -> 8.2;
        };
    }

    /// h_E (table 7.4.1-1, note 1): 1 m in UMi; in UMa also 12, 15, ..., h_UT - 1.5 m for users
    /// above 13 m.
    ///
    /// @param uniform a number drawn between 0 and 1
    public double environmentMetres(double groundMetres, double userMetres, double uniform) {
        user(userMetres);
        double c = scenario == Scenario.URBAN_MACRO ? overRoofs(groundMetres, userMetres) : 0;
        double ground = 1 / (1 + c);
        if (c == 0 || uniform < ground) {
            return ENVIRONMENT_METRES;
        }
        int choices = Math.max(1, (int) Math.floor((userMetres - 13.5) / 3 + 1e-9) + 1);
        int choice = (int) ((uniform - ground) / (1 - ground) * choices);
        return 12 + 3.0 * Math.min(choices - 1, choice);
    }

    /// C'(h_UT) (5/4) (d/100)³ exp(-d/150), 0 up to 13 m and to 18 m of distance.
    private static double overRoofs(double groundMetres, double userMetres) {
        if (userMetres < 13 || groundMetres <= 18) {
            return 0;
        }
        double hundreds = groundMetres / 100;
        return Math.pow((userMetres - 13) / 10, 1.5)
                * 1.25
                * hundreds
                * hundreds
                * hundreds
                * Math.exp(-groundMetres / 150);
    }

    private double metres(double groundMetres, double userMetres) {
        return Math.hypot(groundMetres, stationMetres - userMetres);
    }

    private static void check(double groundMetres, double userMetres) {
        Ranges.between(
                "distance on the ground in metres",
                groundMetres,
                LEAST_GROUND_METRES,
                MOST_GROUND_METRES);
        user(userMetres);
    }

    private static void user(double userMetres) {
        Ranges.between(
                "height of the user in metres", userMetres, LEAST_USER_METRES, MOST_USER_METRES);
    }
}
