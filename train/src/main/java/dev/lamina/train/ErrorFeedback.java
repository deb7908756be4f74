package dev.lamina.train;

import dev.lamina.nn.Aggregation;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import java.util.LinkedHashMap;
import java.util.Map;

/// Sends a device's adapter updates through a lossy codec and makes up for the loss in the updates
/// that follow (Seide et al., 1-Bit SGD, Interspeech 2014; Stich et al., Sparsified SGD with
/// Memory, arXiv 1809.07599, algorithm 1, of which this is the memory m). What a codec leaves out
/// or rounds away is kept, tensor by tensor, and added to the next update: over the rounds the sum
/// of what arrives follows the sum of the updates, and what is outstanding stays bounded.
///
/// | paper | here |
/// |---|---|
/// | memory m_t | the residual of each tensor |
/// | η_t ∇f | the update |
/// | g_t = comp_k(m_t + η_t ∇f) | what [#encode] returns |
///
/// An update that [#encode] has returned counts as delivered: who has to send it again sends the
/// same bytes again.
final class ErrorFeedback {
    private final TensorCodec codec;
    private final Map<String, FloatTensor> residuals = new LinkedHashMap<>();

    ErrorFeedback(TensorCodec codec) {
        this.codec = codec;
    }

    /// Encodes the update and what is outstanding from those before it, and keeps what that loses.
    ///
    /// @param delta change of each trained tensor since the last exchange, by name; a tensor that
    ///   is left out keeps its residual
    /// @throws dev.lamina.base.BadInputException if the codec cannot express a value; nothing is
    ///   changed then
    Map<String, EncodedTensor> encode(Map<String, FloatTensor> delta) {
        Map<String, EncodedTensor> encoded = new LinkedHashMap<>();
        Map<String, FloatTensor> lost = new LinkedHashMap<>();
        delta.forEach((name, tensor) -> {
            FloatTensor wanted = withResidual(name, tensor);
            EncodedTensor sent = EncodedTensor.of(codec, wanted);
            encoded.put(name, sent);
            lost.put(name, Aggregation.difference(wanted, sent.decode()));
        });
        residuals.putAll(lost);
        return encoded;
    }

    private FloatTensor withResidual(String name, FloatTensor delta) {
        FloatTensor residual = residuals.get(name);
        if (residual == null) {
            return delta;
        }
        if (residual.size() != delta.size()) {
            throw new IllegalArgumentException(
                    "the update of " + name + " is " + delta + ", its residual " + residual);
        }
        return Aggregation.sum(delta, residual);
    }

    /// Copies of the residuals, by tensor name, for a checkpoint.
    Map<String, FloatTensor> state() {
        Map<String, FloatTensor> copies = new LinkedHashMap<>();
        residuals.forEach((name, tensor) -> copies.put(name, tensor.copy()));
        return copies;
    }

    /// Goes on from stored residuals; those that are there now are forgotten.
    void restore(Map<String, FloatTensor> state) {
        residuals.clear();
        state.forEach((name, tensor) -> residuals.put(name, tensor.copy()));
    }
}
