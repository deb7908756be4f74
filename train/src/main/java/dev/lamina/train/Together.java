package dev.lamina.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Head;
import dev.lamina.lam.Lora;
import dev.lamina.lam.Segment;
import dev.lamina.lam.TokenBatch;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.IntFunction;

/// One pass through the frozen weights for several devices with equal cuts, each with its own
/// adapter set and head. The sum of the devices' losses is differentiated; since no device's rows
/// touch another's adapter, each gets the gradients of its own loss.
final class Together {
    private final NDManager manager;
    private final IntFunction<ServerSeat> seats;

    Together(NDManager manager, IntFunction<ServerSeat> seats) {
        this.manager = manager;
        this.seats = seats;
    }

    SequencedMap<Integer, Message.Gradient> step(
            SequencedMap<Integer, Message.Activation> activations) {
        List<Integer> devices = List.copyOf(activations.keySet());
        List<Message.Activation> sent = List.copyOf(activations.values());
        ServerSeat first = seats.apply(devices.getFirst());
        List<Lora.Share> shares = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        int longest = 1;
        for (int i = 0; i < devices.size(); i++) {
            ServerSeat seat = seats.apply(devices.get(i));
            Message.Activation activation = sent.get(i);
            shares.add(
                    new Lora.Share(
                            seat.adapters().parameters(),
                            seat.rule().dropout(devices.get(i), activation.at()),
                            activation.lengths().size()));
            lengths.addAll(activation.lengths());
            longest = Math.max(longest, Math.toIntExact(activation.hidden().shape()[1]));
        }
        boolean wanted = first.part().firstBlock() > 0;
        double[] losses = new double[devices.size()];
        try (NDManager scope = manager.newSubManager()) {
            NDList rows = new NDList();
            for (Message.Activation activation : sent) {
                rows.add(Tensors.toEngine(scope, ofLength(activation.hidden().decode(), longest)));
            }
            NDArray input = NDArrays.concat(rows, 0);
            NDArray mask = TokenBatch.mask(scope, Server.asArray(lengths));
            Segment blocks = first.rule().lora().attach(first.part(), shares);
            NDArray gradient =
                    Chain.run(
                            scope,
                            List.of(blocks),
                            input,
                            mask,
                            wanted,
                            output -> {
                                NDArray loss = sum(devices, sent, output, mask, losses);
                                return new Chain.Root(loss, Tensors.scalar(scope, 1));
                            });
            SequencedMap<Integer, Message.Gradient> answers = new LinkedHashMap<>();
            long from = 0;
            for (int i = 0; i < devices.size(); i++) {
                Message.Activation activation = sent.get(i);
                ServerSeat seat = seats.apply(devices.get(i));
                seat.finishPart(activation.at());
                long to = from + activation.lengths().size();
                long tokens = activation.hidden().shape()[1];
                EncodedTensor own =
                        gradient == null
                                ? null
                                : EncodedTensor.of(
                                        seat.rule().codec(),
                                        ofLength(
                                                Tensors.toJava(gradient.get(from + ":" + to)),
                                                tokens));
                answers.put(devices.get(i), new Message.Gradient(activation.at(), losses[i], own));
                from = to;
            }
            return answers;
        }
    }

    private NDArray sum(
            List<Integer> devices,
            List<Message.Activation> sent,
            NDArray output,
            NDArray mask,
            double[] losses) {
        NDArray sum = null;
        long from = 0;
        for (int i = 0; i < devices.size(); i++) {
            ServerSeat seat = seats.apply(devices.get(i));
            long to = from + sent.get(i).lengths().size();
            String rows = from + ":" + to;
            Head head =
                    Objects.requireNonNull(seat.attach(devices.get(i), sent.get(i).at()).head());
            Segment top = new Segment(null, 0, List.of(), head);
            NDArray logits = top.forward(output.get(rows), mask.get(rows));
            NDArray loss = Loss.crossEntropy(logits, Server.labels(devices.get(i), sent.get(i)));
            losses[i] = loss.getFloat();
            sum = sum == null ? loss : sum.add(loss);
            from = to;
        }
        return Objects.requireNonNull(sum);
    }

    /// `[B,T,H]` with other numbers of tokens: cut off, or zeros after each text.
    static FloatTensor ofLength(FloatTensor hidden, long tokens) {
        long[] shape = hidden.shape();
        if (shape[1] == tokens) {
            return hidden;
        }
        FloatTensor other = FloatTensor.zeros(shape[0], tokens, shape[2]);
        int from = Math.toIntExact(shape[1] * shape[2]);
        int to = Math.toIntExact(tokens * shape[2]);
        for (int b = 0; b < shape[0]; b++) {
            System.arraycopy(hidden.values(), b * from, other.values(), b * to, Math.min(from, to));
        }
        return other;
    }
}
