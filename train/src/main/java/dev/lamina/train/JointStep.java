package dev.lamina.train;

import dev.lamina.nn.FloatTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/// The server's side of a round under `ushape` in one process: the devices' batches in groups, each
/// in one pass through the frozen blocks ([JointPass]), first forward with what the devices sent,
/// then backward with what they answered.
final class JointStep implements AutoCloseable {
    private final Server server;
    private final Lanes lanes;
    private final int group;
    private List<JointPass> passes = List.of();

    /// @param group greatest number of devices in a pass
    JointStep(Server server, Lanes lanes, int group) {
        this.server = server;
        this.lanes = lanes;
        this.group = group;
    }

    /// Takes the devices' messages, all of them activations or all of them answers.
    ///
    /// @param devices those that take part in the round, in ascending order
    /// @param links of all devices, by number
    void serve(List<Integer> devices, List<LocalLink> links) {
        if (passes.isEmpty()) {
            forward(devices, links);
        } else {
            backward(devices, links);
        }
    }

    private void forward(List<Integer> devices, List<LocalLink> links) {
        List<Callable<JointPass>> work = new ArrayList<>();
        for (int from = 0; from < devices.size(); from += group) {
            SequencedMap<Integer, Message.Activation> sent = new LinkedHashMap<>();
            for (int u : devices.subList(from, Math.min(devices.size(), from + group))) {
                sent.put(u, (Message.Activation) links.get(u).receive());
            }
            work.add(() -> server.gradients().forward(sent));
        }
        passes = lanes.run(work);
        passes.forEach(pass -> pass.representations().forEach((u, r) -> links.get(u).send(r)));
    }

    private void backward(List<Integer> devices, List<LocalLink> links) {
        Map<Integer, Message.RepresentationGradient> answers = new TreeMap<>();
        for (int u : devices) {
            answers.put(u, (Message.RepresentationGradient) links.get(u).receive());
        }
        long samples = answers.values().stream().mapToLong(a -> a.at().texts()).sum();
        List<SequencedMap<String, FloatTensor>> parts =
                lanes.run(
                        passes.stream()
                                .<Callable<SequencedMap<String, FloatTensor>>>map(
                                        pass -> () -> pass.backward(answers, samples))
                                .toList());
        close();
        SequencedMap<String, FloatTensor> all = parts.getFirst();
        for (SequencedMap<String, FloatTensor> part : parts.subList(1, parts.size())) {
            all.replaceAll((name, sum) ->
                    Aggregation.sum(sum, Objects.requireNonNull(part.get(name), name)));
        }
        server.keepJoint(all);
        answers.forEach((u, answer) ->
                links.get(u).send(new Message.Gradient(answer.at(), answer.loss(), null)));
    }

    @Override
    public void close() {
        passes.forEach(JointPass::close);
        passes = List.of();
    }
}
