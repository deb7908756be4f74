package dev.lamina.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.lamina.base.BadInputException;
import dev.lamina.serve.Node;
import dev.lamina.serve.RequestContext;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.ServiceSpec;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Value;
import dev.lamina.wire.proto.AssignFrame;
import dev.lamina.wire.proto.AssignReply;
import dev.lamina.wire.proto.AssignStart;
import dev.lamina.wire.proto.CallReply;
import dev.lamina.wire.proto.CallRequest;
import dev.lamina.wire.proto.NodeServiceGrpc;
import dev.lamina.wire.proto.PingReply;
import dev.lamina.wire.proto.PingRequest;
import dev.lamina.wire.proto.RemoveReply;
import dev.lamina.wire.proto.RemoveRequest;
import dev.lamina.wire.proto.StatePiece;
import dev.lamina.wire.proto.StateRequest;
import dev.lamina.wire.proto.StatusReply;
import dev.lamina.wire.proto.StatusRequest;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The calls of `node.proto`, answered by a node. Each has a virtual thread, which it may block.
final class NodeCalls implements BindableService {
    static final Metadata.Key<String> TRACE_PARENT =
            Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

    /// Greatest state of a service.
    static final long LARGEST_STATE = 1L << 30;

    static final int PIECE_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(NodeCalls.class);
    private static final Context.Key<String> TRACE = Context.key("traceparent");
    private static final Duration MOST_TIME = Duration.ofMinutes(30);
    private static final int LONGEST_TRACE = 128;

    private final Node node;
    private final Settings.Base base;
    private final AtomicLong statesOnTheirWay = new AtomicLong();

    /// @param base of paths in settings
    NodeCalls(Node node, Settings.Base base) {
        this.node = node;
        this.base = base;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerInterceptors.intercept(new Calls(), new NamesTrace());
    }

    /// Puts the caller's trace where the call finds it.
    private static final class NamesTrace implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            String trace = headers.get(TRACE_PARENT);
            return trace == null || trace.length() > LONGEST_TRACE
                    ? next.startCall(call, headers)
                    : Contexts.interceptCall(
                            Context.current().withValue(TRACE, trace), call, headers, next);
        }
    }

    private final class Calls extends NodeServiceGrpc.NodeServiceImplBase {
        @Override
        public void ping(PingRequest request, StreamObserver<PingReply> out) {
            answer(quiet(out), PingReply::getDefaultInstance);
        }

        @Override
        public void status(StatusRequest request, StreamObserver<StatusReply> out) {
            answer(quiet(out), () -> NodeMessages.status(node.status()));
        }

        @Override
        public StreamObserver<AssignFrame> assign(StreamObserver<AssignReply> out) {
            return new Assignment((ServerCallStreamObserver<AssignReply>) out);
        }

        @Override
        public void remove(RemoveRequest request, StreamObserver<RemoveReply> out) {
            answer(
                    quiet(out),
                    () -> {
                        node.remove(request.getService());
                        return RemoveReply.getDefaultInstance();
                    });
        }

        @Override
        public void call(CallRequest request, StreamObserver<CallReply> out) {
            answer(
                    quiet(out),
                    () -> {
                        List<Map<String, Value>> items = NodeFormat.items(request);
                        return NodeFormat.reply(
                                within(context -> node.call(request.getService(), items, context)));
                    });
        }

        @Override
        public void state(StateRequest request, StreamObserver<StatePiece> observer) {
            ServerCallStreamObserver<StatePiece> out = quiet(observer);
            byte[] state = orFail(out, () -> node.state(request.getService()));
            if (state != null) {
                new Pieces(state, out).start();
            }
        }
    }

    /// One whose answer goes nowhere, rather than to throw, when nobody waits any more.
    private static <R> ServerCallStreamObserver<R> quiet(StreamObserver<R> observer) {
        ServerCallStreamObserver<R> out = (ServerCallStreamObserver<R>) observer;
        out.setOnCancelHandler(() -> {});
        return out;
    }

    /// Answers with what a computation gives, or with why it gave nothing.
    private static <R> void answer(ServerCallStreamObserver<R> out, Supplier<R> computation) {
        R reply = orFail(out, computation);
        if (reply != null) {
            out.onNext(reply);
            out.onCompleted();
        }
    }

    private static <R> @Nullable R orFail(
            ServerCallStreamObserver<?> out, Supplier<R> computation) {
        try {
            return computation.get();
        } catch (ServeException e) {
            out.onError(NodeErrors.ending(e));
        } catch (BadInputException e) {
            out.onError(
                    NodeErrors.ending(
                            new ServeException(
                                    Reason.BAD_INPUT, String.valueOf(e.getMessage()), e)));
        } catch (RuntimeException | Error e) {
            LOG.warn("a call failed", e);
            out.onError(NodeErrors.ending(new ServeException(Reason.INTERNAL, "failed: " + e, e)));
        }
        return null;
    }

    /// What a request asks for, within the time that it has and while its caller waits.
    private interface Within<R> {
        R run(RequestContext context);
    }

    private static <R> R within(Within<R> work) {
        Context call = Context.current();
        Deadline deadline = call.getDeadline();
        long left =
                deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS);
        RequestContext context =
                RequestContext.within(
                        Duration.ofNanos(Math.min(left, MOST_TIME.toNanos())), TRACE.get());
        Context.CancellationListener listener =
                c -> {
                    if (!(c.cancellationCause() instanceof TimeoutException)) {
                        context.cancel();
                    }
                };
        call.addListener(listener, Runnable::run);
        try {
            return work.run(context);
        } finally {
            call.removeListener(listener);
        }
    }

    /// A service on its way here.
    private final class Assignment implements StreamObserver<AssignFrame> {
        private final ServerCallStreamObserver<AssignReply> out;
        private @Nullable AssignStart start;
        private ByteString state = ByteString.EMPTY;
        private boolean over;

        Assignment(ServerCallStreamObserver<AssignReply> out) {
            this.out = out;
            out.setOnCancelHandler(this::forget);
        }

        @Override
        public void onNext(AssignFrame frame) {
            if (over) {
                return;
            }
            try {
                take(frame);
            } catch (ServeException e) {
                forget();
                out.onError(NodeErrors.ending(e));
            }
        }

        private void take(AssignFrame frame) {
            ServeException.check(
                    start == null ? frame.hasStart() : frame.hasState(),
                    "frame " + frame.getKindCase() + " out of its turn",
                    "the sender is of another version of Lamina");
            if (frame.hasStart()) {
                start = frame.getStart();
                return;
            }
            ServeException.check(
                    state.size() + (long) frame.getState().size() <= LARGEST_STATE,
                    "a state of more than " + LARGEST_STATE + " bytes",
                    "the service should keep less");
            state = state.concat(frame.getState());
            if (statesOnTheirWay.addAndGet(frame.getState().size()) > LARGEST_STATE) {
                throw new ServeException(
                        Reason.EXHAUSTED, "node " + node.name() + " receives other states");
            }
        }

        @Override
        public void onCompleted() {
            AssignStart assigned = start;
            if (over) {
                return;
            }
            answer(
                    out,
                    () -> {
                        if (assigned == null) {
                            throw new ServeException(
                                    Reason.BAD_INPUT,
                                    "no service is named\nMaybe the sender is of another version"
                                            + " of Lamina");
                        }
                        try {
                            ServiceSpec spec = NodeMessages.spec(assigned.getService(), base);
                            node.assign(spec, state.toByteArray(), assigned.getLoad());
                            return AssignReply.getDefaultInstance();
                        } finally {
                            forget();
                        }
                    });
        }

        @Override
        public void onError(Throwable t) {
            forget();
        }

        private void forget() {
            over = true;
            statesOnTheirWay.addAndGet(-state.size());
            state = ByteString.EMPTY;
        }
    }

    /// A state on its way out, no faster than it is taken. gRPC runs its handlers one after
    /// another.
    private static final class Pieces {
        private final byte[] state;
        private final ServerCallStreamObserver<StatePiece> out;
        private int at;
        private boolean over;

        Pieces(byte[] state, ServerCallStreamObserver<StatePiece> out) {
            this.state = state;
            this.out = out;
        }

        void start() {
            out.setOnReadyHandler(this::send);
        }

        private void send() {
            while (out.isReady() && !over) {
                if (at == state.length) {
                    over = true;
                    out.onCompleted();
                    return;
                }
                int length = Math.min(PIECE_BYTES, state.length - at);
                out.onNext(
                        StatePiece.newBuilder()
                                .setData(UnsafeByteOperations.unsafeWrap(state, at, length))
                                .build());
                at += length;
            }
        }
    }
}
