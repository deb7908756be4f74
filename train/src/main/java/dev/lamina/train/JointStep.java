package dev.lamina.train;

import dev.lamina.nn.Aggregation;
import dev.lamina.nn.FloatTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/// The server's side of a round under `ushape` in one process: the devices' batches in groups, each
/// in one pass through the frozen blocks ([JointPass]), forward with what the devices sent, then
/// backward with what they answered. As many groups are under way at once as there are lanes.
final class JointStep implements AutoCloseable {
    private final Server server;
    private final Lanes lanes;
    private final int group;
    private final Map<Integer, JointPass> open = new LinkedHashMap<>();
    private SequencedMap<String, FloatTensor> sum = new LinkedHashMap<>();
    private long samples;

    /// @param group greatest number of devices in a pass
    JointStep(Server server, Lanes lanes, int group) {
        this.server = server;
        this.lanes = lanes;
        this.group = group;
    }

    /// Begins a round.
    ///
    /// @param ofAll samples in the batches of all devices that take part
    void begin(long ofAll) {
        close();
        sum = new LinkedHashMap<>();
        samples = ofAll;
    }

    /// Takes messages of devices: the answers of those who have been sent a representation, or else
    /// the activations of the next groups.
    ///
    /// @param devices whose messages are there, in ascending order
    /// @param links of all devices, by number
    void serve(List<Integer> devices, List<LocalLink> links) {
        if (open.isEmpty()) {
            forward(devices.subList(0, Math.min(devices.size(), group * lanes.count())), links);
        } else {
            backward(devices.stream().filter(open::containsKey).toList(), links);
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
        for (JointPass pass : lanes.run(work)) {
            pass.representations()
                    .forEach((u, representation) -> {
                        open.put(u, pass);
                        links.get(u).send(representation);
                    });
        }
    }

    private void backward(List<Integer> devices, List<LocalLink> links) {
        Map<Integer, Message.RepresentationGradient> answers = new TreeMap<>();
        for (int u : devices) {
            answers.put(u, (Message.RepresentationGradient) links.get(u).receive());
        }
        long all = samples;
        for (SequencedMap<String, FloatTensor> part :
                lanes.run(
                        open.values().stream()
                                .distinct()
                                .<Callable<SequencedMap<String, FloatTensor>>>map(
                                        pass -> () -> pass.backward(answers, all))
                                .toList())) {
            part.forEach((name, gradient) -> sum.merge(name, gradient, Aggregation::sum));
        }
        close();
        server.keepJoint(sum);
        answers.forEach((u, answer) ->
                links.get(u).send(new Message.Gradient(answer.at(), answer.loss(), null)));
    }

    @Override
    public void close() {
        open.values().stream().distinct().forEach(JointPass::close);
        open.clear();
    }
}
