package dev.lamina.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import dev.lamina.nn.TensorCodec;
import dev.lamina.serve.Node;
import dev.lamina.serve.NodeStatus;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.RequestContext;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.ServiceSpec;
import dev.lamina.serve.Value;
import dev.lamina.wire.Address;
import dev.lamina.wire.Identity;
import dev.lamina.wire.proto.AssignFrame;
import dev.lamina.wire.proto.AssignReply;
import dev.lamina.wire.proto.AssignStart;
import dev.lamina.wire.proto.CallReply;
import dev.lamina.wire.proto.CallRequest;
import dev.lamina.wire.proto.NodeServiceGrpc;
import dev.lamina.wire.proto.NodeServiceGrpc.NodeServiceBlockingStub;
import dev.lamina.wire.proto.RemoveRequest;
import dev.lamina.wire.proto.StatePiece;
import dev.lamina.wire.proto.StateRequest;
import dev.lamina.wire.proto.StatusRequest;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A node on another machine: a client of its [NodeServer]. It connects by itself, and again when
/// the connection is lost; while there is none, calls fail at once with reason UNAVAILABLE, and
/// after three seconds where the node is silent.
public final class RemoteNode implements Node {
    private static final int STATUS_SECONDS = 3;
    private static final int ASSIGN_MINUTES = 10;
    private static final int REMOVE_MINUTES = 2;
    private static final int STATE_MINUTES = 5;

    private final String name;
    private final Address address;
    private final NodeLine line;
    private final TensorCodec codec;

    private RemoteNode(String name, Address address, NodeLine line, TensorCodec codec) {
        this.name = name;
        this.address = address;
        this.line = line;
        this.codec = codec;
    }

    /// A node that need not be up yet.
    ///
    /// @param name that it must have
    /// @param identity certificate and key; null for plain text
    public RemoteNode(String name, Address address, @Nullable Identity identity) {
        this(name, address, line(address, identity), NodeFormat.EXACT);
    }

    private static NodeLine line(Address address, @Nullable Identity identity) {
        return new NodeLine(address, identity == null ? null : identity.clientContext());
    }

    /// A node that is up, and tells its name.
    ///
    /// @throws ServeException UNAVAILABLE if it cannot be reached
    public static RemoteNode connect(Address address, @Nullable Identity identity) {
        NodeLine line = line(address, identity);
        try {
            RemoteNode nameless =
                    new RemoteNode(address.toString(), address, line, NodeFormat.EXACT);
            return new RemoteNode(nameless.ask().name(), address, line, NodeFormat.EXACT);
        } catch (RuntimeException e) {
            line.close();
            throw e;
        }
    }

    /// A node as a command line names it: `NAME=HOST:PORT`, or `HOST:PORT` if it is up.
    ///
    /// @param flag for errors
    /// @throws BadInputException if it is not of that form, or is not up and has no name
    public static RemoteNode of(String flag, String text, @Nullable Identity identity) {
        int equals = text.indexOf('=');
        String name = text.substring(0, Math.max(0, equals));
        BadInputException.check(
                equals < 0 || Identity.isName(name),
                flag + " " + Shown.quoted(text) + " is not NAME=HOST:PORT",
                "take letters, digits, '.', '_' and '-' for the name: node-a=192.168.0.7:7171");
        Address address = Address.parse(flag, text.substring(equals + 1));
        BadInputException.check(
                identity != null || address.isLoopback(),
                flag + " " + text + " without TLS, on another machine",
                "use certificates: see 'lamina certs --help'");
        if (equals >= 0) {
            return new RemoteNode(name, address, identity);
        }
        try {
            return connect(address, identity);
        } catch (ServeException e) {
            throw new BadInputException(
                    flag + " " + text + ": " + e.getMessage(),
                    flag.equals("--nodes")
                            ? "start it first, or give its name (NAME=" + text + ") to wait for it."
                            : "start it first, or it is not a node of this network");
        }
    }

    /// The same node on the same connections, to which hidden states (tensors of two dimensions or
    /// more) are sent by a codec; answers come exactly. Closing either closes both.
    public RemoteNode sending(TensorCodec other) {
        return new RemoteNode(name, address, line, other);
    }

    @Override
    public String name() {
        return name;
    }

    /// Where it is.
    public Address address() {
        return address;
    }

    @Override
    public NodeStatus status() {
        NodeStatus status = ask();
        if (!status.name().equals(name)) {
            throw new ServeException(
                    Reason.UNAVAILABLE,
                    "the node at %s is called '%s', not '%s'\nMaybe two addresses were exchanged"
                            .formatted(address, status.name(), name));
        }
        return status;
    }

    private NodeStatus ask() {
        try {
            return NodeMessages.status(
                    control(STATUS_SECONDS, TimeUnit.SECONDS)
                            .status(StatusRequest.getDefaultInstance()));
        } catch (StatusRuntimeException e) {
            ServeException failure = NodeErrors.failure(name, e, false);
            throw failure.reason() == Reason.DEADLINE
                    ? new ServeException(
                            Reason.UNAVAILABLE, "node " + name + " says nothing", failure)
                    : failure;
        }
    }

    private NodeServiceBlockingStub control(int time, TimeUnit unit) {
        return NodeServiceGrpc.newBlockingStub(line.control()).withDeadlineAfter(time, unit);
    }

    @Override
    public void assign(ServiceSpec spec, byte[] state, boolean load) {
        AssignStart start =
                AssignStart.newBuilder()
                        .setService(NodeMessages.declaration(spec))
                        .setLoad(load)
                        .build();
        inContext(
                null,
                () -> {
                    BlockingClientCall<AssignFrame, AssignReply> call =
                            NodeServiceGrpc.newBlockingV2Stub(line.control())
                                    .withDeadlineAfter(ASSIGN_MINUTES, TimeUnit.MINUTES)
                                    .assign();
                    try {
                        send(call, start, state);
                    } catch (StatusException e) {
                        throw NodeErrors.failure(name, e, false);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new ServeException(Reason.CANCELLED, "interrupted", e);
                    }
                    return start;
                });
    }

    private void send(
            BlockingClientCall<AssignFrame, AssignReply> call, AssignStart start, byte[] state)
            throws InterruptedException, StatusException {
        boolean taken = call.write(AssignFrame.newBuilder().setStart(start).build());
        for (int at = 0; taken && at < state.length; at += NodeCalls.PIECE_BYTES) {
            int length = Math.min(NodeCalls.PIECE_BYTES, state.length - at);
            ByteString piece = UnsafeByteOperations.unsafeWrap(state, at, length);
            taken = call.write(AssignFrame.newBuilder().setState(piece).build());
        }
        call.halfClose();
        if (call.read() == null) { // it has ended without saying why not
            throw new ServeException(Reason.UNAVAILABLE, "node " + name + " has not answered");
        }
    }

    @Override
    public void remove(String id) {
        inContext(
                null,
                () ->
                        control(REMOVE_MINUTES, TimeUnit.MINUTES)
                                .remove(RemoveRequest.newBuilder().setService(id).build()));
    }

    @Override
    public List<Outcome> call(String id, List<Map<String, Value>> items, RequestContext context) {
        ServeException over = context.over();
        if (over != null) {
            return failed(items.size(), over);
        }
        CallRequest request = NodeFormat.request(id, items, codec);
        NodeServiceBlockingStub stub =
                NodeServiceGrpc.newBlockingStub(line.requests())
                        .withDeadlineAfter(Math.max(0, context.leftNanos()), TimeUnit.NANOSECONDS);
        String trace = context.traceParent();
        if (trace != null) {
            Metadata headers = new Metadata();
            headers.put(NodeCalls.TRACE_PARENT, trace);
            stub = stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
        }
        NodeServiceBlockingStub traced = stub;
        try {
            CallReply reply = inContext(context, () -> traced.call(request));
            return NodeFormat.outcomes(reply, items.size());
        } catch (ServeException e) {
            // the request's end, not the node's: as where a node in this process answers
            if (e.reason() == Reason.DEADLINE || e.reason() == Reason.CANCELLED) {
                return failed(items.size(), e);
            }
            throw e;
        }
    }

    private static List<Outcome> failed(int items, ServeException error) {
        return Collections.nCopies(items, new Outcome.Failed(error));
    }

    @Override
    public byte[] state(String id) {
        return inContext(
                null,
                () -> {
                    ByteArrayOutputStream state = new ByteArrayOutputStream();
                    Iterator<StatePiece> pieces =
                            control(STATE_MINUTES, TimeUnit.MINUTES)
                                    .state(StateRequest.newBuilder().setService(id).build());
                    while (pieces.hasNext()) {
                        byte[] piece = pieces.next().getData().toByteArray();
                        ServeException.check(
                                (long) state.size() + piece.length <= NodeCalls.LARGEST_STATE,
                                "the state of %s has more than %d bytes"
                                        .formatted(id, NodeCalls.LARGEST_STATE),
                                "the service should keep less");
                        state.writeBytes(piece);
                    }
                    return state.toByteArray();
                });
    }

    /// Makes a call that is cancelled with its request, and when it is left.
    private <R> R inContext(@Nullable RequestContext request, Supplier<R> call) {
        Context.CancellableContext context = Context.current().withCancellation();
        if (request != null) {
            var _ = request.cancelled().thenRun(() -> context.cancel(null));
        }
        Context before = context.attach();
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            boolean cancelled =
                    Thread.currentThread().isInterrupted()
                            || (request != null && request.cancelled().isDone());
            throw NodeErrors.failure(name, e, cancelled);
        } finally {
            context.detach(before);
            context.cancel(null);
        }
    }

    @Override
    public void close() {
        line.close();
    }
}
