package dev.lamina.air;

import dev.lamina.base.BadInputException;

/// What a [SequenceModel] maps: the past of one antenna `[T, C]` to its future `[F, O]`, where C
/// and O are twice the numbers of subcarriers, real and imaginary parts in turn.
///
/// @param steps of the history, T
/// @param subcarriers of the history, C/2
/// @param target steps F and subcarriers O/2 to predict
public record SequenceShape(int steps, int subcarriers, Target target) {
    public SequenceShape {
        BadInputException.check(
                steps >= 1 && steps <= 4096 && subcarriers >= 1 && subcarriers <= 1 << 16,
                "a history of " + steps + " steps and " + subcarriers + " subcarriers",
                "take 16 steps and 48 subcarriers.");
    }

    /// Of the tracks that are cut out so.
    public static SequenceShape of(Tracks.Config config) {
        return new SequenceShape(config.historySteps(), config.subcarriers(), config.target());
    }

    /// C.
    int inputs() {
        return 2 * subcarriers;
    }

    /// O.
    int outputs() {
        return 2 * target.subcarriers();
    }

    /// F.
    int horizon() {
        return target.steps();
    }

    /// Whether the future is that of the history's own subcarriers (TDD).
    boolean sameBand() {
        return target.firstSubcarrier() == 0 && target.subcarriers() == subcarriers;
    }

    /// Fails unless a model of this shape can say something of the history.
    void check(String name, History history, Target asked) {
        BadInputException.check(
                history.shape().steps() == steps && history.shape().subcarriers() == subcarriers,
                "a history of "
                        + history.shape().steps()
                        + " steps and "
                        + history.shape().subcarriers()
                        + " subcarriers for "
                        + name
                        + ", which was trained on "
                        + steps
                        + " and "
                        + subcarriers,
                "train it on tracks of that shape, or take a predictor in closed form.");
        BadInputException.check(
                asked.equals(target),
                name
                        + " was trained to predict "
                        + target.steps()
                        + " steps of "
                        + target.subcarriers()
                        + " subcarriers from "
                        + target.firstSubcarrier()
                        + " on, not "
                        + asked.steps()
                        + " of "
                        + asked.subcarriers()
                        + " from "
                        + asked.firstSubcarrier(),
                "train it for that target.");
    }
}
