package dev.lamina.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.lamina.gateway.HttpGateway.Config;
import dev.lamina.media.ImageFiles;
import dev.lamina.serve.Value;
import dev.lamina.wire.proto.oip.GRPCInferenceServiceGrpc;
import dev.lamina.wire.proto.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.lamina.wire.proto.oip.InferParameter;
import dev.lamina.wire.proto.oip.InferTensorContents;
import dev.lamina.wire.proto.oip.ModelInferRequest;
import dev.lamina.wire.proto.oip.ModelInferRequest.InferInputTensor;
import dev.lamina.wire.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import dev.lamina.wire.proto.oip.ModelInferResponse;
import dev.lamina.wire.proto.oip.ModelMetadataRequest;
import dev.lamina.wire.proto.oip.ModelMetadataResponse;
import dev.lamina.wire.proto.oip.ModelReadyRequest;
import dev.lamina.wire.proto.oip.ServerLiveRequest;
import dev.lamina.wire.proto.oip.ServerMetadataRequest;
import dev.lamina.wire.proto.oip.ServerReadyRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The Open Inference Protocol over gRPC.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrpcTest {
    private static final String KEY = "0123456789abcdef-a-key";
    private static final InetSocketAddress FREE = Sockets.address(0);

    private Running running;
    private GrpcGateway gateway;
    private ManagedChannel channel;
    private GRPCInferenceServiceBlockingStub stub;
    private GRPCInferenceServiceBlockingStub stranger;

    @BeforeAll
    void start() {
        Config config =
                Config.of(FREE)
                        .withKeys(ApiKeys.of(List.of(KEY)))
                        .withLimits(1, 100, Duration.ofSeconds(20));
        running = new Running(config, null);
        gateway = new GrpcGateway(FREE, running.gateway);
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", gateway.port()).usePlaintext().build();
        stranger = GRPCInferenceServiceGrpc.newBlockingStub(channel);
        Metadata headers = new Metadata();
        headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + KEY);
        stub = stranger.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    @AfterAll
    void stop() {
        channel.shutdownNow();
        gateway.close();
        running.close();
    }

    @Test
    void tellsOfItselfAndItsModels() {
        assertThat(stranger.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
        assertThat(stranger.serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                .isTrue();
        assertThat(stub.serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName())
                .isEqualTo("lamina");
        assertThat(
                        stub.modelReady(ModelReadyRequest.newBuilder().setName("say").build())
                                .getReady())
                .isTrue();
        ModelMetadataResponse model =
                stub.modelMetadata(ModelMetadataRequest.newBuilder().setName("embed").build());
        assertThat(model.getPlatform()).isEqualTo("lamina_flow");
        assertThat(model.getInputs(0).getDatatype()).isEqualTo("BYTES");
        assertThat(model.getInputs(0).getShapeList()).containsExactly(-1L);
        assertThat(model.getOutputs(0).getShapeList()).containsExactly(4L);
    }

    @Test
    void typedAndRawContentsMeanTheSame() {
        ModelInferResponse typed =
                stub.modelInfer(request("embed", text("text", "abcd", "e")).setId("42").build());
        assertThat(typed.getId()).isEqualTo("42");
        assertThat(typed.getOutputs(0).getShapeList()).containsExactly(2L, 4L);
        assertThat(typed.getOutputs(0).getContents().getFp32ContentsList())
                .hasSize(8)
                .startsWith('a' / 128f);
        assertThat(typed.getOutputs(1).getContents().getInt64ContentsList())
                .containsExactly(4L, 1L);
        ByteBuffer raw = ByteBuffer.allocate(4 + 4 + 4 + 1).order(ByteOrder.LITTLE_ENDIAN);
        raw.putInt(4).put(new byte[] {'a', 'b', 'c', 'd'}).putInt(1).put((byte) 'e').flip();
        ModelInferResponse bytes =
                stub.modelInfer(
                        request("embed", tensor("text", "BYTES", 2))
                                .addRawInputContents(ByteString.copyFrom(raw))
                                .build());
        assertThat(bytes.getOutputs(0).hasContents()).isFalse();
        ByteBuffer vectors =
                bytes.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 8; i++) {
            assertThat(vectors.getFloat())
                    .isEqualTo(typed.getOutputs(0).getContents().getFp32Contents(i));
        }
        assertThat(bytes.getRawOutputContents(1).size()).isEqualTo(16);
    }

    @Test
    void picturesSoundAndTensorsInBothForms() {
        ByteString pixels = ByteString.copyFrom(new byte[] {0, 1, (byte) 255});
        ModelInferResponse rawImage =
                stub.modelInfer(
                        request("invert", tensor("image", "UINT8", 1, 1, 3))
                                .addRawInputContents(pixels)
                                .build());
        assertThat(rawImage.getRawOutputContents(0).toByteArray()).containsExactly(255, 254, 0);
        ModelInferResponse image =
                stub.modelInfer(
                        request(
                                        "invert",
                                        tensor("image", "UINT8", 1, 1, 3)
                                                .setContents(
                                                        InferTensorContents.newBuilder()
                                                                .addUintContents(0)
                                                                .addUintContents(1)
                                                                .addUintContents(255)))
                                .build());
        assertThat(image.getOutputs(0).getContents().getUintContentsList())
                .containsExactly(255, 254, 0);
        byte[] png = ImageFiles.encodePng(new Value.Image(1, 1, new byte[] {9, 9, 9}));
        ModelInferResponse file =
                stub.modelInfer(
                        request(
                                        "invert",
                                        tensor("image", "BYTES", 1)
                                                .setContents(
                                                        InferTensorContents.newBuilder()
                                                                .addBytesContents(
                                                                        ByteString.copyFrom(png))))
                                .build());
        assertThat(file.getOutputs(0).getContents().getUintContents(0)).isEqualTo(246);
        ModelInferResponse audio =
                stub.modelInfer(
                        request(
                                        "amplify",
                                        tensor("audio", "INT16", 2)
                                                .putParameters(
                                                        "sample_rate",
                                                        InferParameter.newBuilder()
                                                                .setInt64Param(8000)
                                                                .build()))
                                .addRawInputContents(ByteString.copyFrom(new byte[] {1, 0, -1, -1}))
                                .build());
        assertThat(audio.getRawOutputContents(0).toByteArray()).containsExactly(2, 0, -2, -1);
        assertThat(audio.getOutputs(0).getParametersOrThrow("sample_rate").getInt64Param())
                .isEqualTo(8000);
        ModelInferResponse sum =
                stub.modelInfer(
                        request(
                                        "sum",
                                        tensor("rows", "FP32", 1, 2)
                                                .setContents(
                                                        InferTensorContents.newBuilder()
                                                                .addFp32Contents(1)
                                                                .addFp32Contents(2.5f)))
                                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("sum"))
                                .build());
        assertThat(sum.getOutputsCount()).isEqualTo(1);
        assertThat(sum.getOutputs(0).getContents().getFp32Contents(0)).isEqualTo(3.5f);
    }

    @Test
    void refusalsHaveTheirStatus() {
        refused(
                Status.Code.NOT_FOUND,
                () -> stub.modelInfer(request("none", text("text", "x")).build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                () -> stub.modelInfer(request("say", text("other", "x")).build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                () -> stub.modelInfer(request("say", tensor("text", "BYTES", 1)).build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                () ->
                        stub.modelInfer(
                                request("say", tensor("text", "BYTES", 1))
                                        .addRawInputContents(
                                                ByteString.copyFrom(
                                                        new byte[] {-1, -1, -1, 127, 1}))
                                        .build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                () ->
                        stub.modelInfer(
                                request("say", text("text", "x"))
                                        .addRawInputContents(ByteString.copyFromUtf8("x"))
                                        .build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                () -> stub.modelInfer(request("say", tensor("text", "COMPLEX", 1)).build()));
        refused(
                Status.Code.INTERNAL,
                () -> stub.modelInfer(request("break", text("text", "x")).build()));
        refused(
                Status.Code.RESOURCE_EXHAUSTED,
                () -> stub.modelInfer(request("break", text("text", "full")).build()));
        refused(
                Status.Code.UNAUTHENTICATED,
                () -> stranger.modelInfer(request("say", text("text", "x")).build()));
        refused(
                Status.Code.DEADLINE_EXCEEDED,
                () ->
                        stub.withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                                .modelInfer(request("wait", text("text", "1000")).build()));
    }

    private static void refused(Status.Code code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> {
                            assertThat(e.getStatus().getCode()).isEqualTo(code);
                            assertThat(e.getMessage()).doesNotContain(Fakes.SECRET);
                        });
    }

    private static ModelInferRequest.Builder request(String model, InferInputTensor.Builder input) {
        return ModelInferRequest.newBuilder().setModelName(model).addInputs(input);
    }

    private static InferInputTensor.Builder tensor(String name, String datatype, long... shape) {
        InferInputTensor.Builder tensor =
                InferInputTensor.newBuilder().setName(name).setDatatype(datatype);
        for (long length : shape) {
            tensor.addShape(length);
        }
        return tensor;
    }

    private static InferInputTensor.Builder text(String name, String... texts) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (String text : texts) {
            contents.addBytesContents(ByteString.copyFromUtf8(text));
        }
        return tensor(name, "BYTES", texts.length).setContents(contents);
    }
}
