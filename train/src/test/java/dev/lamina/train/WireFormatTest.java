package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.lamina.lam.Lora;
import dev.lamina.nn.AdamW;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.TensorCodec;
import dev.lamina.wire.BlobId;
import dev.lamina.wire.Packet;
import dev.lamina.wire.ProtocolException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireFormatTest {
    private static final TrainingRule RULE =
            new TrainingRule(
                    new Lora(4, 8, 0.1, List.of(Lora.Target.QUERY, Lora.Target.ATTENTION_OUTPUT)),
                    AdamW.Config.withWeightDecay(0.01),
                    new LearningRate(1e-3, LearningRate.Decay.COSINE, 3, 30),
                    1,
                    new TensorCodec.Int8(),
                    new TensorCodec.TopK(0.5),
                    HeadRule.GRADIENTS,
                    2,
                    -7,
                    RankAggregation.AVERAGE);

    private static SequencedMap<String, EncodedTensor> tensors() {
        SequencedMap<String, EncodedTensor> tensors = new LinkedHashMap<>();
        tensors.put("hidden", encoded(2, 3, 4));
        return tensors;
    }

    private static final MicroBatch AT = new MicroBatch(3, 41, 1, 2, 4);

    private static EncodedTensor encoded(long... shape) {
        return EncodedTensor.of(new TensorCodec.Int8(), FloatTensor.zeros(shape));
    }

    static List<Message> messages() {
        BlobId blob = new BlobId("0123456789abcdef".repeat(4), 77);
        return List.of(
                new Message.Join(12),
                new Message.Assigned(
                        new Assignment(
                                "0a1b", 2, List.of("a", "ü b"), 16, 64, blob, blob, RULE, 1)),
                new Message.Ready(),
                new Message.RoundStart(3, 40, 10, tensors()),
                new Message.Activation(AT, encoded(2, 3, 4), List.of(3, 1), List.of(0, 1)),
                new Message.Activation(AT, encoded(2, 3, 4), List.of(3, 1), null),
                new Message.Representation(AT, encoded(2, 3, 4)),
                new Message.RepresentationGradient(AT, 0.5, encoded(2, 3, 4)),
                new Message.Gradient(AT, 0.25, encoded(2, 3, 4)),
                new Message.Gradient(AT, 0.25, null),
                new Message.AdapterUpdate(3, 160, 55.5, tensors()),
                new Message.Finished(0.9),
                new Message.Refusal("because"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void comesBackAsItWas(Message message) {
        Message back = WireFormat.fromPacket(WireFormat.toPacket(message));
        assertThat(back)
                .usingRecursiveComparison()
                .withStrictTypeChecking()
                .ignoringCollectionOrder()
                .isEqualTo(message);
    }

    /// Headers with bytes changed at random: a message, or a [ProtocolException].
    @Test
    void nothingElseEscapes() {
        SplittableRandom random = new SplittableRandom(5);
        for (Message message : messages()) {
            Packet packet = WireFormat.toPacket(message);
            byte[] good = packet.message().toByteArray();
            for (int i = 0; i < 3000; i++) {
                byte[] bad = good.clone();
                for (int k = random.nextInt(1, 4); k > 0 && bad.length > 0; k--) {
                    bad[random.nextInt(bad.length)] = (byte) random.nextInt();
                }
                try {
                    WireFormat.fromPacket(
                            new Packet(
                                    dev.lamina.wire.proto.Message.parseFrom(bad),
                                    packet.tensors()));
                } catch (ProtocolException | InvalidProtocolBufferException e) {
                    assertThat(e.getMessage()).isNotNull();
                }
            }
        }
    }
}
