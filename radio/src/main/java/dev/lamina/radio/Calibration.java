package dev.lamina.radio;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// 3GPP's calibrations (TR 38.901, tables 7.8-1 and 7.8-2): 19 sites of three sectors on a
/// hexagonal grid; users around the middle site, four in five of them on a floor of some building.
///
/// Where the tables leave a choice, it is that of QuaDRiGa's calibration scripts: no wrap-around,
/// but users within 0.93 of the inter-site distance from the middle; half of the buildings with
/// high loss.
///
/// @param phase which of the two
/// @param drops of users; each has fields of its own
/// @param usersPerDrop in each
/// @param clip see [ScenarioTable]
public record Calibration(
        Scenario scenario,
        double carrierHertz,
        Phase phase,
        int drops,
        int usersPerDrop,
        boolean clip,
        long seed) {
    /// The two calibrations.
    public enum Phase {
        /// Ten elements above each other, and gains towards the user only. Spreads are those drawn.
        LARGE_SCALE,
        /// Configuration 1: panels of 4 x 4 elements, gains and spreads through all rays, averaged
        /// over ports and fading.
        FULL
    }

    public Calibration {
        Ranges.carrier(carrierHertz);
        BadInputException.check(
                drops >= 1 && usersPerDrop >= 1,
                drops + " drops of " + usersPerDrop + " users",
                "take at least one of each");
    }

    /// Places all users and finds each one's strongest sector.
    public CalibrationResult run() {
        Map<LinkState, LargeScaleFields> fields = new EnumMap<>(LinkState.class);
        for (LinkState state : LinkState.values()) {
            fields.put(
                    state,
                    new LargeScaleFields(ScenarioTable.of(scenario, state, carrierHertz, clip)));
        }
        List<CalibrationDrop.Served> users = new ArrayList<>();
        for (int drop = 0; drop < drops; drop++) {
            CalibrationDrop one =
                    new CalibrationDrop(
                            scenario,
                            carrierHertz,
                            phase,
                            fields,
                            Seeds.derive(seed, "drop", drop));
            for (int i = 0; i < usersPerDrop; i++) {
                users.add(one.serve(i));
            }
        }
        return new CalibrationResult(
                percentiles(users, CalibrationDrop.Served::gainDecibels),
                percentiles(users, CalibrationDrop.Served::geometryDecibels),
                percentiles(users, user -> 1e9 * user.spreads().delaySeconds()),
                percentiles(users, user -> user.spreads().departureAzimuthDegrees()),
                percentiles(users, user -> user.spreads().arrivalAzimuthDegrees()),
                percentiles(users, user -> user.spreads().departureZenithDegrees()),
                percentiles(users, user -> user.spreads().arrivalZenithDegrees()));
    }

    private static Percentiles percentiles(
            List<CalibrationDrop.Served> users, ToDoubleFunction<CalibrationDrop.Served> value) {
        return Percentiles.of(users.stream().mapToDouble(value).toArray());
    }
}
