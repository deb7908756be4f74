package dev.lamina.serve;

import dev.lamina.serve.FlowSpec.Source;
import dev.lamina.serve.FlowSpec.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Takes requests through flows. A step begins when what it needs is there, so that branches run
/// beside each other; the items of a request go through a step together, and one that fails leaves
/// the others alone.
public final class FlowRunner {
    private final Orchestrator orchestrator;
    private final StageListener listener;

    /// Told of each stage of each request, from several threads.
    @FunctionalInterface
    public interface StageListener {
        /// A step was done.
        ///
        /// @param error if all of its items failed; null if not
        void stage(
                Flow flow,
                String step,
                String service,
                RequestContext context,
                long startNanos,
                long endNanos,
                @Nullable ServeException error);
    }

    public FlowRunner(Orchestrator orchestrator, StageListener listener) {
        this.orchestrator = orchestrator;
        this.listener = listener;
    }

    /// Answers the items of a request.
    ///
    /// @return an outcome for each, with the flow's outputs
    /// @throws ServeException if an item does not fit the flow's inputs
    public List<Outcome> run(Flow flow, List<Map<String, Value>> items, RequestContext context) {
        List<Item> all = new ArrayList<>();
        for (Map<String, Value> item : items) {
            flow.signature().check("flow " + flow.name(), item);
            all.add(new Item(item));
        }
        new Run(flow, all, context).go();
        return all.stream().map(item -> item.outcome(flow)).toList();
    }

    /// A request on its way. A thread that has done a step goes on with one that waited for it;
    /// only for others that can begin now are there more threads.
    private final class Run {
        private final Flow flow;
        private final List<Item> items;
        private final RequestContext context;
        private final Map<String, AtomicInteger> missing = new HashMap<>();
        private final CountDownLatch left;
        private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();

        Run(Flow flow, List<Item> items, RequestContext context) {
            this.flow = flow;
            this.items = items;
            this.context = context;
            Set<String> steps = flow.spec().steps().keySet();
            left = new CountDownLatch(steps.size());
            steps.forEach(step -> missing.put(step, new AtomicInteger(flow.needs(step).size())));
        }

        void go() {
            List<String> first =
                    flow.spec().steps().keySet().stream()
                            .filter(step -> flow.needs(step).isEmpty())
                            .toList();
            begin(first);
            try {
                left.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                context.cancel();
                throw new ServeException(
                        ServeException.Reason.CANCELLED, "the request was cancelled", e);
            }
            Throwable thrown = fault.get();
            if (thrown != null) {
                throw new CompletionException(thrown);
            }
        }

        /// Does the first of some steps and what follows it; the others go their own ways.
        private void begin(List<String> ready) {
            ready.stream().skip(1).forEach(step -> Thread.startVirtualThread(() -> follow(step)));
            if (!ready.isEmpty()) {
                follow(ready.getFirst());
            }
        }

        private void follow(String step) {
            try {
                if (fault.get() == null) {
                    step(flow, step, items, context);
                }
            } catch (RuntimeException | Error e) {
                fault.compareAndSet(null, e);
            }
            left.countDown();
            begin(flow.followers(step).stream().filter(next -> stillMissing(next) == 0).toList());
        }

        private int stillMissing(String step) {
            return Objects.requireNonNull(missing.get(step)).decrementAndGet();
        }
    }

    private void step(Flow flow, String name, List<Item> items, RequestContext context) {
        Step step = flow.spec().steps().get(name);
        List<Item> alive = items.stream().filter(item -> item.error == null).toList();
        if (step == null || alive.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        ServeException error = null;
        try {
            List<Map<String, Value>> inputs =
                    alive.stream().map(item -> item.inputs(step)).toList();
            List<Outcome> outcomes = orchestrator.call(step.service(), null, inputs, context);
            int failed = 0;
            for (int i = 0; i < outcomes.size(); i++) {
                if (outcomes.get(i) instanceof Outcome.Failed f) {
                    error = f.error();
                    failed++;
                }
                alive.get(i).take(name, outcomes.get(i));
            }
            error = failed == outcomes.size() ? error : null;
        } catch (ServeException e) {
            error = e;
            alive.forEach(item -> item.error = e);
        }
        listener.stage(flow, name, step.service(), context, start, System.nanoTime(), error);
    }

    /// One item on its way: every value that there is by now.
    private static final class Item {
        private final Map<Source, Value> values = new ConcurrentHashMap<>();
        volatile @Nullable ServeException error;

        Item(Map<String, Value> inputs) {
            inputs.forEach((name, value) -> values.put(new Source.Input(name), value));
        }

        Map<String, Value> inputs(Step step) {
            Map<String, Value> inputs = new LinkedHashMap<>();
            step.inputs()
                    .forEach((port, source) -> {
                        Value value =
                                source instanceof Source.Constant c
                                        ? new Value.Text(c.text())
                                        : values.get(source);
                        if (value != null) { // null: an optional input that was left out
                            inputs.put(port, value);
                        }
                    });
            return inputs;
        }

        void take(String step, Outcome outcome) {
            switch (outcome) {
                case Outcome.Failed f -> error = f.error();
                case Outcome.Done d ->
                        d.outputs()
                                .forEach((port, value) ->
                                        values.put(new Source.Output(step, port), value));
            }
        }

        Outcome outcome(Flow flow) {
            ServeException failed = error;
            if (failed != null) {
                return new Outcome.Failed(failed);
            }
            Map<String, Value> outputs = new LinkedHashMap<>();
            flow.spec()
                    .outputs()
                    .forEach((name, source) -> {
                        Value value =
                                source instanceof Source.Constant c
                                        ? new Value.Text(c.text())
                                        : values.get(source);
                        if (value != null) {
                            outputs.put(name, value);
                        }
                    });
            return new Outcome.Done(outputs);
        }
    }
}
