package dev.lamina.bench;

import dev.lamina.serve.Outcome;
import dev.lamina.serve.Service;
import dev.lamina.serve.ServiceKind;
import dev.lamina.serve.ServiceKinds;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Signature;
import dev.lamina.serve.Value;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// A kind of service as a slower machine would run it: after each batch it rests for as long as
/// that machine would go on. Answers are the same.
///
/// @param factor how many times as long a batch takes
record SlowKind(ServiceKind kind, double factor) implements ServiceKind {
    /// All kinds of a slower machine.
    static ServiceKinds of(ServiceKinds kinds, double factor) {
        return new ServiceKinds(
                kinds.all().values().stream()
                        .<ServiceKind>map(kind -> new SlowKind(kind, factor))
                        .toList());
    }

    private record Slow(Service service, double factor) implements Service {
        @Override
        public List<Outcome> run(List<Map<String, Value>> items) {
            long start = System.nanoTime();
            List<Outcome> outcomes = service.run(items);
            long end = start + (long) (factor * (System.nanoTime() - start));
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            return outcomes;
        }

        @Override
        public byte[] state() {
            return service.state();
        }

        @Override
        public void restore(byte[] state) {
            service.restore(state);
        }

        @Override
        public void close() {
            service.close();
        }
    }

    @Override
    public String name() {
        return kind.name();
    }

    @Override
    public String description() {
        return kind.description();
    }

    @Override
    public Signature signature(Settings settings) {
        return kind.signature(settings);
    }

    @Override
    public long memoryBytes(Settings settings) {
        return kind.memoryBytes(settings);
    }

    @Override
    public int largestBatch(Settings settings) {
        return kind.largestBatch(settings);
    }

    @Override
    public Service load(Settings settings) {
        return new Slow(kind.load(settings), factor);
    }
}
