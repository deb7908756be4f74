package dev.lamina.serve;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// What several services of a process use and one of them loads: weights. It is closed with the
/// last of them.
final class Shared<K, V extends AutoCloseable> {
    private final Map<K, Entry<V>> entries = new HashMap<>();

    private static final class Entry<V> {
        final V value;
        int users;

        Entry(V value) {
            this.value = value;
        }
    }

    /// A right to use it, until it is closed.
    record Lease<V>(V value, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    /// Takes what there is, or makes it; meanwhile others wait, so that nothing is loaded twice.
    synchronized Lease<V> take(K key, Supplier<V> make) {
        Entry<V> entry = entries.get(key);
        if (entry == null) {
            entry = new Entry<>(make.get());
            entries.put(key, entry);
        }
        entry.users++;
        return new Lease<>(entry.value, () -> release(key));
    }

    private synchronized void release(K key) {
        Entry<V> entry = entries.get(key);
        if (entry != null && --entry.users == 0) {
            entries.remove(key);
            try {
                entry.value.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot close " + key, e);
            }
        }
    }
}
