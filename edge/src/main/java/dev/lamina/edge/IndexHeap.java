package dev.lamina.edge;

import java.util.Arrays;

/// Whole numbers by key, the lowest first, and of equal keys the lowest number: a binary heap
/// without objects.
final class IndexHeap {
    private double[] keys = new double[16];
    private int[] items = new int[16];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /// The lowest key, or infinity.
    double firstKey() {
        return size == 0 ? Double.POSITIVE_INFINITY : keys[0];
    }

    void clear() {
        size = 0;
    }

    void add(int item, double key) {
        if (size == items.length) {
            keys = Arrays.copyOf(keys, 2 * size);
            items = Arrays.copyOf(items, 2 * size);
        }
        int i = size++;
        while (i > 0 && before(key, item, (i - 1) / 2)) {
            set(i, keys[(i - 1) / 2], items[(i - 1) / 2]);
            i = (i - 1) / 2;
        }
        set(i, key, item);
    }

    /// Takes the first one out; there must be one.
    int poll() {
        int first = items[0];
        size--;
        double key = keys[size];
        int item = items[size];
        int i = 0;
        for (int child = 1; child < size; child = 2 * i + 1) {
            if (child + 1 < size && before(keys[child + 1], items[child + 1], child)) {
                child++;
            }
            if (before(key, item, child)) {
                break;
            }
            set(i, keys[child], items[child]);
            i = child;
        }
        set(i, key, item);
        return first;
    }

    private boolean before(double key, int item, int other) {
        return key < keys[other] || (key == keys[other] && item < items[other]);
    }

    private void set(int i, double key, int item) {
        keys[i] = key;
        items[i] = item;
    }
}
