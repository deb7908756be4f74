package dev.lamina.train;

import dev.lamina.base.BadInputException;
import dev.lamina.lam.Lora;
import dev.lamina.nn.AdamW;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.TensorCodec;
import dev.lamina.wire.BlobId;
import dev.lamina.wire.Packet;
import dev.lamina.wire.ProtocolException;
import dev.lamina.wire.proto.Blob;
import dev.lamina.wire.proto.Join;
import dev.lamina.wire.proto.Optimiser;
import dev.lamina.wire.proto.Ready;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// Messages as `lamina.proto` has them, and back. What comes from the network is checked for form
/// here; whether it fits the run, its receiver checks.
final class WireFormat {
    private static final String HIDDEN = "hidden";
    private static final String GRADIENT = "gradient";

    private WireFormat() {}

    static Packet toPacket(Message message) {
        var proto = dev.lamina.wire.proto.Message.newBuilder();
        SequencedMap<String, EncodedTensor> tensors = new LinkedHashMap<>();
        switch (message) {
            case Message.Join join -> proto.setJoin(Join.newBuilder().setSamples(join.samples()));
            case Message.Assigned assigned -> proto.setAssignment(encode(assigned.assignment()));
            case Message.Ready ready -> proto.setReady(Ready.getDefaultInstance());
            case Message.RoundStart start -> {
                proto.setRoundStart(
                        dev.lamina.wire.proto.RoundStart.newBuilder()
                                .setRound(start.round())
                                .setFromStep(start.fromStep())
                                .setSteps(start.steps()));
                tensors.putAll(start.tensors());
            }
            case Message.Activation activation -> {
                MicroBatch at = activation.at();
                var body =
                        dev.lamina.wire.proto.Activation.newBuilder()
                                .setRound(at.round())
                                .setStep(at.step())
                                .setPart(at.part())
                                .setParts(at.parts())
                                .setTexts(at.texts())
                                .addAllLengths(activation.lengths());
                if (activation.labels() != null) {
                    body.addAllLabels(activation.labels());
                }
                proto.setActivation(body);
                tensors.put(HIDDEN, activation.hidden());
            }
            case Message.Representation representation -> {
                MicroBatch at = representation.at();
                proto.setRepresentation(
                        dev.lamina.wire.proto.Representation.newBuilder()
                                .setRound(at.round())
                                .setStep(at.step())
                                .setPart(at.part())
                                .setParts(at.parts())
                                .setTexts(at.texts()));
                tensors.put(HIDDEN, representation.hidden());
            }
            case Message.RepresentationGradient answer -> {
                MicroBatch at = answer.at();
                proto.setRepresentationGradient(
                        dev.lamina.wire.proto.RepresentationGradient.newBuilder()
                                .setRound(at.round())
                                .setStep(at.step())
                                .setLoss(answer.loss())
                                .setPart(at.part())
                                .setParts(at.parts())
                                .setTexts(at.texts()));
                tensors.put(GRADIENT, answer.gradient());
            }
            case Message.Gradient gradient -> {
                MicroBatch at = gradient.at();
                proto.setGradient(
                        dev.lamina.wire.proto.Gradient.newBuilder()
                                .setRound(at.round())
                                .setStep(at.step())
                                .setLoss(gradient.loss())
                                .setPart(at.part())
                                .setParts(at.parts())
                                .setTexts(at.texts()));
                if (gradient.gradient() != null) {
                    tensors.put(GRADIENT, gradient.gradient());
                }
            }
            case Message.AdapterUpdate update -> {
                proto.setAdapterUpdate(
                        dev.lamina.wire.proto.AdapterUpdate.newBuilder()
                                .setRound(update.round())
                                .setSamples(update.samples())
                                .setLoss(update.loss()));
                tensors.putAll(update.tensors());
            }
            case Message.Finished finished ->
                    proto.setFinished(
                            dev.lamina.wire.proto.Finished.newBuilder()
                                    .setAccuracy(finished.accuracy()));
            case Message.Refusal refusal ->
                    proto.setRefusal(
                            dev.lamina.wire.proto.Refusal.newBuilder().setReason(refusal.reason()));
        }
        return new Packet(proto.build(), tensors);
    }

    /// Reads a message.
    ///
    /// @throws ProtocolException if it has not the form of one
    static Message fromPacket(Packet packet) {
        var proto = packet.message();
        return switch (proto.getBodyCase()) {
            case JOIN -> {
                ProtocolException.check(
                        proto.getJoin().getSamples() >= 1, "a join with no samples");
                yield new Message.Join(proto.getJoin().getSamples());
            }
            case ASSIGNMENT -> new Message.Assigned(decode(proto.getAssignment()));
            case READY -> new Message.Ready();
            case ROUND_START -> {
                var start = proto.getRoundStart();
                notNegative(start.getRound(), start.getFromStep(), start.getSteps());
                yield new Message.RoundStart(
                        start.getRound(), start.getFromStep(), start.getSteps(), packet.tensors());
            }
            case ACTIVATION -> {
                var activation = proto.getActivation();
                yield new Message.Activation(
                        new MicroBatch(
                                activation.getRound(),
                                activation.getStep(),
                                activation.getPart(),
                                activation.getParts(),
                                activation.getTexts()),
                        only(packet, HIDDEN),
                        List.copyOf(activation.getLengthsList()),
                        activation.getLabelsCount() == 0
                                ? null
                                : List.copyOf(activation.getLabelsList()));
            }
            case REPRESENTATION -> {
                var representation = proto.getRepresentation();
                yield new Message.Representation(
                        new MicroBatch(
                                representation.getRound(),
                                representation.getStep(),
                                representation.getPart(),
                                representation.getParts(),
                                representation.getTexts()),
                        only(packet, HIDDEN));
            }
            case REPRESENTATION_GRADIENT -> {
                var answer = proto.getRepresentationGradient();
                yield new Message.RepresentationGradient(
                        new MicroBatch(
                                answer.getRound(),
                                answer.getStep(),
                                answer.getPart(),
                                answer.getParts(),
                                answer.getTexts()),
                        answer.getLoss(),
                        only(packet, GRADIENT));
            }
            case GRADIENT -> {
                var gradient = proto.getGradient();
                yield new Message.Gradient(
                        new MicroBatch(
                                gradient.getRound(),
                                gradient.getStep(),
                                gradient.getPart(),
                                gradient.getParts(),
                                gradient.getTexts()),
                        gradient.getLoss(),
                        packet.tensors().isEmpty() ? null : only(packet, GRADIENT));
            }
            case ADAPTER_UPDATE -> {
                var update = proto.getAdapterUpdate();
                notNegative(update.getRound(), update.getSamples());
                yield new Message.AdapterUpdate(
                        update.getRound(), update.getSamples(), update.getLoss(), packet.tensors());
            }
            case FINISHED -> new Message.Finished(proto.getFinished().getAccuracy());
            case REFUSAL -> new Message.Refusal(proto.getRefusal().getReason());
            case ECHO, FEDERATION_ASSIGNMENT, BODY_NOT_SET ->
                    throw new ProtocolException("message " + proto.getBodyCase() + " in a run");
        };
    }

    private static EncodedTensor only(Packet packet, String name) {
        EncodedTensor tensor = packet.tensors().get(name);
        if (tensor == null || packet.tensors().size() != 1) {
            throw new ProtocolException(
                    "message with tensors " + packet.tensors().keySet() + " instead of " + name);
        }
        return tensor;
    }

    private static dev.lamina.wire.proto.Assignment encode(Assignment a) {
        TrainingRule rule = a.rule();
        return dev.lamina.wire.proto.Assignment.newBuilder()
                .setRun(a.run())
                .setDevice(a.device())
                .addAllLabels(a.labels())
                .setBatch(a.batch())
                .setSeqLen(a.seqLen())
                .setSeed(rule.seed())
                .setPart(encode(a.part()))
                .setTokenizer(encode(a.tokenizer()))
                .setLora(
                        dev.lamina.wire.proto.Lora.newBuilder()
                                .setRank(rule.lora().rank())
                                .setAlpha(rule.lora().alpha())
                                .setDropout(rule.lora().dropout())
                                .addAllTargets(
                                        rule.lora().targets().stream()
                                                .map(Lora.Target::toString)
                                                .toList()))
                .setOptimiser(
                        Optimiser.newBuilder()
                                .setLearningRate(rule.schedule().peak())
                                .setSchedule(
                                        rule.schedule().decay().name().toLowerCase(Locale.ROOT))
                                .setWarmupSteps(rule.schedule().warmupSteps())
                                .setTotalSteps(rule.schedule().totalSteps())
                                .setWeightDecay(rule.optimiser().weightDecay())
                                .setClip(rule.clip()))
                .setCodec(rule.codec().name())
                .setUpdateCodec(rule.updateCodec().name())
                .setThreads(a.threads())
                .setMicroBatches(rule.microBatches())
                .setHead(rule.head().name().toLowerCase(Locale.ROOT))
                .build();
    }

    private static Blob encode(BlobId blob) {
        return Blob.newBuilder().setSha256(blob.sha256()).setBytes(blob.bytes()).build();
    }

    private static Assignment decode(dev.lamina.wire.proto.Assignment a) {
        try {
            Optimiser o = a.getOptimiser();
            ProtocolException.check(
                    !a.getRun().isEmpty() && a.getRun().matches("[0-9a-z-]{1,64}"), "run name");
            ProtocolException.check(
                    a.getBatch() >= 1
                            && a.getSeqLen() >= 1
                            && a.getThreads() >= 1
                            && a.getMicroBatches() >= 1,
                    "assignment");
            TrainingRule rule =
                    new TrainingRule(
                            new Lora(
                                    a.getLora().getRank(),
                                    a.getLora().getAlpha(),
                                    a.getLora().getDropout(),
                                    a.getLora().getTargetsList().stream()
                                            .map(Lora.Target::of)
                                            .toList()),
                            AdamW.Config.withWeightDecay(o.getWeightDecay()),
                            new LearningRate(
                                    o.getLearningRate(),
                                    LearningRate.Decay.valueOf(
                                            o.getSchedule().toUpperCase(Locale.ROOT)),
                                    o.getWarmupSteps(),
                                    o.getTotalSteps()),
                            o.getClip(),
                            TensorCodec.of(a.getCodec()),
                            TensorCodec.of(a.getUpdateCodec()),
                            HeadRule.valueOf(a.getHead().toUpperCase(Locale.ROOT)),
                            a.getMicroBatches(),
                            a.getSeed(),
                            RankAggregation.AVERAGE);
            return new Assignment(
                    a.getRun(),
                    a.getDevice(),
                    a.getLabelsList(),
                    a.getBatch(),
                    a.getSeqLen(),
                    new BlobId(a.getPart().getSha256(), a.getPart().getBytes()),
                    new BlobId(a.getTokenizer().getSha256(), a.getTokenizer().getBytes()),
                    rule,
                    a.getThreads());
        } catch (BadInputException | IllegalArgumentException e) {
            throw new ProtocolException("assignment: " + e.getMessage());
        }
    }

    private static void notNegative(long... numbers) {
        for (long number : numbers) {
            ProtocolException.check(number >= 0, "a number of " + number + " in a message");
        }
    }
}
