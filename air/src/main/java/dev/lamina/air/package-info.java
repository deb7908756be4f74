/// Channel prediction (paper [A], IV-A and V): from the noisy channels of a few past steps those of
/// the next ones. Every [Predictor] is scale-equivariant: it sees one track at a time, and nothing
/// but its history.
///
/// | symbol | here |
/// |---|---|
/// | h[t, k, a] | a track [time, subcarrier, antenna, 2], see `radio.Csi` |
/// | NMSE | Σ abs(ĥ - h)² / Σ abs(h)², linear, the mean over tracks: [Nmse] |
/// | log2(1 + γ abs(hᴴ w)²) | what a prediction is worth: [SpectralEfficiency] |
///
/// Predictors in closed form stand beside trained ones. A [Trainable] turns a [Track] into examples
/// and says the loss of a batch; a [Trainer] does the rest, at one place ([Trainer#train]) or as a
/// party of a federation ([Trainer#local]). A [SequencePredictor] is a [SequenceModel] with
/// parameters: every antenna is a sequence of its own. [TrainedModels] keeps it in a directory.
///
/// | symbol of LLM4CP | here |
/// |---|---|
/// | P, L: steps of history, horizon | `SequenceShape.steps`, `target.steps` |
/// | K subcarriers, 2K channels of a step | `SequenceShape.subcarriers`, `inputs()` |
/// | N: patch size | `Llm4Cp.patch` |
@NullMarked
package dev.lamina.air;

import org.jspecify.annotations.NullMarked;
