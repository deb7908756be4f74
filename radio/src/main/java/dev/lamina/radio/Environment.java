package dev.lamina.radio;

import dev.lamina.base.BadInputException;
import org.jspecify.annotations.Nullable;

/// Where channels come from.
public sealed interface Environment {
    /// A cell whose users each have clusters of their own (TR 38.901, 7.5).
    ///
    /// @param state of all links; null draws it for each user
    /// @param indoorShare of the users, where the state is drawn
    /// @param clip of the carrier, see [ScenarioTable]
    /// @param pathLoss whether channels carry it
    /// @param shadowing whether channels carry it
    /// @param consistent whether state, large-scale parameters and clusters of users near one
    ///   another are alike
    record Cell(
            Scenario scenario,
            @Nullable LinkState state,
            double indoorShare,
            boolean clip,
            Convention convention,
            boolean pathLoss,
            boolean shadowing,
            boolean consistent,
            UserPlaces places)
            implements Environment {
        public Cell {
            BadInputException.check(
                    indoorShare >= 0 && indoorShare <= 1,
                    "an indoor share of " + indoorShare,
                    "take a number from 0 to 1.");
            BadInputException.check(
                    places.leastMetres() >= PathLosses.LEAST_GROUND_METRES
                            && places.mostMetres() <= PathLosses.MOST_GROUND_METRES,
                    "users from "
                            + places.leastMetres()
                            + " to "
                            + places.mostMetres()
                            + " m from the station",
                    "keep them between "
                            + PathLosses.LEAST_GROUND_METRES
                            + " and "
                            + PathLosses.MOST_GROUND_METRES
                            + " m, where the path loss holds.");
        }

        /// As the TR has it, states drawn by the distance, 100 to 500 m.
        public static Cell of(Scenario scenario) {
            return new Cell(
                    scenario,
                    null,
                    0,
                    true,
                    Convention.STANDARD,
                    true,
                    true,
                    false,
                    new UserPlaces.Annulus(100, 500));
        }
    }

    /// A fixed profile of clusters (TR 38.901, 7.7.1).
    ///
    /// @param delaySpreadSeconds wanted
    /// @param ricianDecibels wanted, only of D and E; null leaves the profile's
    /// @param spreads wanted; null leaves the profile's
    record ClusteredDelayLine(
            ClusterProfile profile,
            double delaySpreadSeconds,
            @Nullable Double ricianDecibels,
            @Nullable AngleSpreads spreads)
            implements Environment {
        public ClusteredDelayLine {
            checkSpread(delaySpreadSeconds);
            BadInputException.check(
                    ricianDecibels == null || profile.direct(),
                    "a Rician factor for " + profile,
                    "take CDL-D or CDL-E, which have a line of sight.");
        }
    }

    /// A fixed profile of taps that fade independently for every pair of ports, with waves from all
    /// around (TR 38.901, 7.7.2).
    ///
    /// @param delaySpreadSeconds wanted; the profiles with fixed delays ignore it
    record TappedDelayLine(TapProfile profile, double delaySpreadSeconds) implements Environment {
        public TappedDelayLine {
            checkSpread(delaySpreadSeconds);
        }
    }

    private static void checkSpread(double seconds) {
        BadInputException.check(
                seconds >= 0 && seconds <= 1e-3,
                "a delay spread of " + seconds + " s",
                "take about 1e-7.");
    }
}
