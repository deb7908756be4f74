package dev.lamina.air;

import dev.lamina.base.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /// Several predictors; closing it closes those that hold memory of the engine.
    ///
    /// @param all in the order asked for
    public record Opened(List<Predictor> all) implements AutoCloseable {
        @Override
        public void close() {
            for (Predictor predictor : all) {
                if (predictor instanceof TrainedPredictor<?> trained) {
                    trained.close();
                }
            }
        }
    }

    /// Predictors by name: those in closed form, `lam` for the trained one that comes with Lamina,
    /// or a trained one's directory.
    ///
    /// @throws BadInputException if there is none of that name
    public static Opened open(List<String> names) {
        Opened opened = new Opened(new ArrayList<>());
        try {
            for (String name : names) {
                opened.all().add(opened(name));
            }
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static Predictor opened(String name) {
        boolean trained =
                name.equals(TrainedModels.SHIPPED)
                        || (!name.isBlank()
                                && !ALL.containsKey(name)
                                && Files.isDirectory(Path.of(name)));
        return trained ? TrainedModels.named(name) : named(name);
    }

    /// The predictor in closed form with this name.
    ///
    /// @throws BadInputException if there is none
    public static Predictor named(String name) {
        Supplier<Predictor> found = ALL.get(name);
        if (found == null) {
            throw new BadInputException(
                    "unknown model '" + name + "'",
                    "take one of "
                            + String.join(", ", names())
                            + ", "
                            + TrainedModels.SHIPPED
                            + ", or the directory of a trained one.");
        }
        return found.get();
    }
}
