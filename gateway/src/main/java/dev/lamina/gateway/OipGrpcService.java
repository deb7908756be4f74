package dev.lamina.gateway;

import dev.lamina.gateway.Models.Model;
import dev.lamina.gateway.TensorInputs.Items;
import dev.lamina.serve.Port;
import dev.lamina.serve.RequestContext;
import dev.lamina.serve.ServeException;
import dev.lamina.wire.proto.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.lamina.wire.proto.oip.ModelInferRequest;
import dev.lamina.wire.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import dev.lamina.wire.proto.oip.ModelInferResponse;
import dev.lamina.wire.proto.oip.ModelMetadataRequest;
import dev.lamina.wire.proto.oip.ModelMetadataResponse;
import dev.lamina.wire.proto.oip.ModelMetadataResponse.TensorMetadata;
import dev.lamina.wire.proto.oip.ModelReadyRequest;
import dev.lamina.wire.proto.oip.ModelReadyResponse;
import dev.lamina.wire.proto.oip.ServerLiveRequest;
import dev.lamina.wire.proto.oip.ServerLiveResponse;
import dev.lamina.wire.proto.oip.ServerMetadataRequest;
import dev.lamina.wire.proto.oip.ServerMetadataResponse;
import dev.lamina.wire.proto.oip.ServerReadyRequest;
import dev.lamina.wire.proto.oip.ServerReadyResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The Open Inference Protocol over gRPC: the same models, mapping and limits as over REST. The
/// deadline is the call's own.
final class OipGrpcService extends GRPCInferenceServiceImplBase {
    private static final String PROTOCOL = "oip-grpc";

    private final Models models;
    private final Desk desk;

    OipGrpcService(Models models, Desk desk) {
        this.models = models;
        this.desk = desk;
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> out) {
        answer(out, () -> ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> out) {
        answer(out, () -> ServerReadyResponse.newBuilder().setReady(models.ready()).build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> out) {
        answer(
                out,
                () -> {
                    Model model = models.get(request.getName(), request.getVersion());
                    return ModelReadyResponse.newBuilder().setReady(models.ready(model)).build();
                });
    }

    @Override
    public void serverMetadata(
            ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> out) {
        answer(
                out,
                () ->
                        ServerMetadataResponse.newBuilder()
                                .setName("lamina")
                                .setVersion(OipRoutes.version())
                                .build());
    }

    @Override
    public void modelMetadata(
            ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> out) {
        answer(
                out,
                () -> {
                    Model model = models.get(request.getName(), request.getVersion());
                    ModelMetadataResponse.Builder metadata =
                            ModelMetadataResponse.newBuilder()
                                    .setName(model.name())
                                    .addVersions(model.version())
                                    .setPlatform(OipRoutes.platform(model));
                    model.signature().inputs().forEach(port -> metadata.addInputs(tensor(port)));
                    model.signature().outputs().forEach(port -> metadata.addOutputs(tensor(port)));
                    return metadata.build();
                });
    }

    private static TensorMetadata tensor(Port port) {
        TensorMetadata.Builder tensor =
                TensorMetadata.newBuilder()
                        .setName(port.name())
                        .setDatatype(port.type().kind().datatype());
        TensorOutputs.shape(port.type()).forEach(tensor::addShape);
        return tensor.build();
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> out) {
        answer(
                out,
                () -> {
                    Model model = models.get(request.getModelName(), request.getModelVersion());
                    Trace trace = Trace.of(GrpcGateway.TRACE.get());
                    return desk.answer(
                            model.name(),
                            PROTOCOL,
                            time(),
                            trace,
                            OipGrpcService::watch,
                            context -> infer(request, model, context));
                });
    }

    private Duration time() {
        Deadline deadline = Context.current().getDeadline();
        return deadline == null
                ? desk.time(null)
                : desk.within(Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    }

    private static AutoCloseable watch(RequestContext context) {
        Context call = Context.current();
        Context.CancellationListener gone = cancelled -> context.cancel();
        call.addListener(gone, Runnable::run);
        return () -> call.removeListener(gone);
    }

    private ModelInferResponse infer(
            ModelInferRequest request, Model model, RequestContext context) {
        List<String> wanted =
                request.getOutputsList().stream().map(InferRequestedOutputTensor::getName).toList();
        TensorOutputs.check(model.shown(), model.signature(), wanted);
        Items items =
                TensorInputs.items(
                        model.shown(),
                        model.signature(),
                        OipGrpc.inputs(request),
                        OipGrpc.batch(request));
        return OipGrpc.response(
                model,
                request.getId(),
                TensorOutputs.outputs(
                        model.shown(),
                        model.signature(),
                        wanted,
                        models.run(model, items.items(), context),
                        items.batched()),
                request.getRawInputContentsCount() > 0);
    }

    private static <T> void answer(StreamObserver<T> out, Supplier<T> work) {
        T answer;
        try {
            answer = work.get();
        } catch (RuntimeException e) {
            ServeException shown = Desk.shown(e);
            out.onError(
                    status(shown.reason())
                            .withDescription(Objects.requireNonNullElse(shown.getMessage(), ""))
                            .asRuntimeException());
            return;
        }
        out.onNext(answer);
        out.onCompleted();
    }

    private static Status status(ServeException.Reason reason) {
        return switch (reason) {
            case BAD_INPUT -> Status.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.NOT_FOUND;
            case EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
            case DEADLINE -> Status.DEADLINE_EXCEEDED;
            case CANCELLED -> Status.CANCELLED;
            case UNAVAILABLE -> Status.UNAVAILABLE;
            case INTERNAL -> Status.INTERNAL;
        };
    }
}
