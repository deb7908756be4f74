package dev.lamina.train;

import dev.lamina.base.BadInputException;
import java.util.Arrays;
import java.util.Locale;

/// Who computes what. All schemes are the same program: devices with a cut model, a server, rounds
/// that end with an aggregation. They differ in whether data are pooled, whether the model is cut
/// and what is averaged.
public enum Scheme {
    /// All data in one place, one adapter: the upper reference.
    CENTRAL(true, false),
    /// The whole model on each device; adapters are averaged at a round's end.
    FEDERATED(false, false),
    /// Split learning ([B]'s SL): one device after another, each going on with the adapter of the
    /// one before it; the server keeps the part above the cut of the device at work.
    SEQUENTIAL(false, true),
    /// Split federated learning with a model for each device on the server ([B]'s SFL): devices and
    /// their server models all at once.
    PARALLEL(false, true),
    /// Memory-efficient split federated learning ([B] III): the first blocks on each device, one
    /// frozen model on the server with one adapter set for each device; devices in parallel, the
    /// server in sequence.
    SHARED(false, true),
    /// Split federated fine-tuning with online resource allocation ([A] II-A): embedding and head
    /// on each device, all blocks and one adapter on the server. A round is one step: what is
    /// averaged are gradients, not adapters.
    USHAPE(false, true);

    private final boolean pooled;
    private final boolean cut;

    Scheme(boolean pooled, boolean cut) {
        this.pooled = pooled;
        this.cut = cut;
    }

    /// Whether all training samples are in one place.
    public boolean pooled() {
        return pooled;
    }

    /// Whether a server computes a part of the model.
    public boolean cut() {
        return cut;
    }

    /// Whether a device begins only when the one before it has handed its adapter on.
    public boolean inTurn() {
        return this == SEQUENTIAL;
    }

    /// Whether gradients are averaged after each step, and not adapters after many.
    public boolean averagesGradients() {
        return this == USHAPE;
    }

    /// The scheme of this name.
    ///
    /// @throws BadInputException if there is none
    public static Scheme of(String name) {
        for (Scheme scheme : values()) {
            if (scheme.toString().equals(name)) {
                return scheme;
            }
        }
        throw new BadInputException(
                "scheme '" + name + "' is not known",
                "take one of "
                        + String.join(", ", Arrays.stream(values()).map(Scheme::toString).toList())
                        + ".");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
