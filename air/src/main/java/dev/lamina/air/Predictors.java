package dev.lamina.air;

import dev.lamina.base.BadInputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The predictors that need no training, by name.
public final class Predictors {
    private static final Map<String, Supplier<Predictor>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("persistence", Persistence::new);
        ALL.put("prony", () -> Autoregression.prony(8));
        ALL.put("ar", () -> Autoregression.ridge(12, 0.4, 1e-3));
        ALL.put("kalman", Kalman::new);
        ALL.put("paths", PathAutoregression::new);
    }

    private Predictors() {}

    /// Names of all of them.
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /// The predictor with this name.
    ///
    /// @throws BadInputException if there is none
    public static Predictor named(String name) {
        Supplier<Predictor> found = ALL.get(name);
        if (found == null) {
            throw new BadInputException(
                    "unknown model '" + name + "'",
                    "take one of " + String.join(", ", names()) + ".");
        }
        return found.get();
    }
}
