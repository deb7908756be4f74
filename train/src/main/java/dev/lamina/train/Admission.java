package dev.lamina.train;

import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.wire.ProtocolException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// What the server takes from a device: tensors of the shape and codec that the run asks for, with
/// finite values only. Anything else is the sender's fault and touches nobody else.
///
/// @param batch greatest number of texts
/// @param seqLen greatest number of tokens of a text
/// @param hidden H
/// @param classes number of labels
/// @param head whether the head is on the device
/// @param rule of the device
/// @param own shapes of the trained tensors that it holds
record Admission(
        int batch,
        int seqLen,
        int hidden,
        int classes,
        boolean head,
        TrainingRule rule,
        SequencedMap<String, FloatTensor> own) {

    /// What a run takes from a device.
    static Admission of(
            FinetuneSpec spec, TaskModel model, int device, int batch, TrainingRule rule) {
        SequencedMap<String, FloatTensor> own = new LinkedHashMap<>();
        for (String name : model.deviceNames(device)) {
            own.put(name, Objects.requireNonNull(model.initial().get(name), name));
        }
        return new Admission(
                batch,
                spec.seqLen(),
                model.backbone().bert().config().hidden(),
                model.labels().size(),
                spec.execution().headOnDevice(),
                rule,
                own);
    }

    /// Most bytes of payload that any of its messages can have.
    long limit() {
        long activation = rule.codec().encodedBytes(new long[] {batch, seqLen, hidden});
        long update =
                own.values().stream()
                        .mapToLong(t -> rule.updateCodec().encodedBytes(t.shape()))
                        .sum();
        return Math.max(activation, update);
    }

    /// Checks an activation.
    ///
    /// @throws ProtocolException if the server cannot take it
    void check(Message.Activation activation) {
        List<Integer> lengths = activation.lengths();
        List<Integer> labels = activation.labels();
        MicroBatch at = activation.at();
        ProtocolException.check(
                at.texts() <= batch && at.parts() == Math.min(rule.microBatches(), at.texts()),
                "an activation of %d parts of %d texts, beyond %d of %d"
                        .formatted(at.parts(), at.texts(), rule.microBatches(), batch));
        ProtocolException.check(
                lengths.size() == at.rows(),
                "an activation of %d texts instead of %d".formatted(lengths.size(), at.rows()));
        ProtocolException.check(
                head ? labels == null : labels != null && labels.size() == lengths.size(),
                head
                        ? "an activation with labels, which stay on the device"
                        : "an activation whose labels are not as many as its texts");
        int longest = 0;
        for (int i = 0; i < lengths.size(); i++) {
            int length = lengths.get(i);
            ProtocolException.check(
                    length >= 1 && length <= seqLen,
                    "an activation of a text of %d tokens, beyond 1 to %d"
                            .formatted(length, seqLen));
            longest = Math.max(longest, length);
            if (labels == null) {
                continue;
            }
            int label = labels.get(i);
            ProtocolException.check(
                    label >= 0 && label < classes,
                    "an activation with label %d of %d classes".formatted(label, classes));
        }
        check(
                "hidden",
                activation.hidden(),
                rule.codec(),
                new long[] {lengths.size(), longest, hidden});
    }

    /// Checks the answer to a representation.
    ///
    /// @param activation that the representation was made from
    /// @throws ProtocolException if the server cannot take it
    void check(Message.RepresentationGradient answer, Message.Activation activation) {
        ProtocolException.check(
                Double.isFinite(answer.loss()), "an answer with a loss of " + answer.loss());
        check(
                "gradient",
                answer.gradient(),
                rule.codec(),
                new long[] {activation.lengths().size(), hidden});
    }

    /// Checks an adapter update.
    ///
    /// @param mostSamples that the device can have trained on in the round
    /// @throws ProtocolException if the server cannot take it
    void check(Message.AdapterUpdate update, long mostSamples) {
        ProtocolException.check(
                update.samples() >= 1 && update.samples() <= mostSamples,
                "an update of %d samples, beyond 1 to %d".formatted(update.samples(), mostSamples));
        ProtocolException.check(
                Double.isFinite(update.loss()), "an update with a loss of " + update.loss());
        ProtocolException.check(
                update.tensors().keySet().equals(own.keySet()),
                "an update of other tensors than the device holds");
        for (Map.Entry<String, EncodedTensor> entry : update.tensors().entrySet()) {
            FloatTensor like = own.get(entry.getKey());
            if (like != null) {
                check(entry.getKey(), entry.getValue(), rule.updateCodec(), like.shape());
            }
        }
    }

    private static void check(String name, EncodedTensor tensor, TensorCodec codec, long[] shape) {
        ProtocolException.check(
                tensor.codec().equals(codec),
                "tensor %s as %s instead of %s"
                        .formatted(name, tensor.codec().name(), codec.name()));
        ProtocolException.check(
                Arrays.equals(tensor.shape(), shape),
                "tensor %s of shape %s instead of %s"
                        .formatted(name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
        float[] values = decode(name, tensor).values();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(
                    values[i])) { // the message is made only then: there are many values
                throw new ProtocolException(
                        "tensor %s with %s at %d".formatted(name, values[i], i));
            }
        }
    }

    private static FloatTensor decode(String name, EncodedTensor tensor) {
        try {
            return tensor.decode();
        } catch (RuntimeException e) {
            throw new ProtocolException("tensor " + name + ": " + e.getMessage());
        }
    }
}
