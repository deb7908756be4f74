package dev.lamina.csi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Puts the elements of an array of channels where they belong in the tracks.
final class Scatter implements Variable.Sink {
    /// Which part of a channel the array holds.
    enum Part {
        REAL,
        IMAGINARY,
        BOTH
    }

    /// An axis of the array as stored.
    ///
    /// @param length of the axis
    /// @param trackStep how many tracks on the next element is
    /// @param channelStep how many channels on in its track
    private record StoredAxis(long length, int trackStep, int channelStep) {
        /// Both axes as one, if this one continues where the inner one ends.
        boolean continues(StoredAxis inner) {
            return trackStep == inner.trackStep * inner.length
                    && channelStep == inner.channelStep * inner.length;
        }
    }

    private static final ElementType COMPLEX64 = ElementType.complex(NumberKind.F32);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final float[][] tracks;
    private final int firstChannel;
    private final List<StoredAxis> axes; // outermost first
    private final ElementType type;
    private final Part part;

    /// @param tracks what is filled
    /// @param firstChannel where a track of the array begins in a track: more than 0 where steps
    ///   stand before it
    /// @param variable the array
    /// @param type its elements, complex if `part` is both
    Scatter(
            float[][] tracks,
            int firstChannel,
            CsiAxes logical,
            Variable variable,
            ElementType type,
            Part part) {
        this.tracks = tracks;
        this.firstChannel = firstChannel;
        this.axes = merged(stored(logical, variable.firstAxisFastest()));
        this.type = type;
        this.part = part;
    }

    private static List<StoredAxis> stored(CsiAxes logical, boolean firstAxisFastest) {
        List<StoredAxis> axes = new ArrayList<>();
        long trackStep = 1;
        long channelStep = 1;
        for (int i = logical.lengths().size() - 1; i >= 0; i--) {
            long length = logical.lengths().get(i);
            if (i < logical.trackAxes()) {
                axes.add(new StoredAxis(length, (int) trackStep, 0));
                trackStep *= length;
            } else {
                axes.add(new StoredAxis(length, 0, (int) channelStep));
                channelStep *= length;
            }
        }
        if (!firstAxisFastest) {
            Collections.reverse(axes);
        }
        return axes;
    }

    private static List<StoredAxis> merged(List<StoredAxis> axes) {
        List<StoredAxis> merged = new ArrayList<>();
        for (StoredAxis axis : axes) {
            if (!merged.isEmpty() && merged.getLast().continues(axis)) {
                long length = merged.removeLast().length() * axis.length();
                merged.add(new StoredAxis(length, axis.trackStep(), axis.channelStep()));
            } else {
                merged.add(axis);
            }
        }
        return merged;
    }

    @Override
    public void put(MemorySegment data, long at, long index, long count) {
        StoredAxis inner = axes.getLast();
        long from = index;
        long end = index + count;
        while (from < end) {
            long rest = from;
            int track = 0;
            int channel = firstChannel;
            for (int i = axes.size() - 1; i >= 0; i--) {
                StoredAxis axis = axes.get(i);
                int coordinate = (int) (rest % axis.length());
                track += coordinate * axis.trackStep();
                channel += coordinate * axis.channelStep();
                rest /= axis.length();
            }
            int run = (int) Math.min(end - from, inner.length() - from % inner.length());
            long begin = at + (from - index) * type.bytes();
            switch (part) {
                case REAL -> putReal(data, begin, track, 2 * channel, run);
                case IMAGINARY -> putReal(data, begin, track, 2 * channel + 1, run);
                case BOTH -> putBoth(data, begin, track, 2 * channel, run);
            }
            from += run;
        }
    }

    private void putReal(MemorySegment data, long begin, int track, int at, int run) {
        StoredAxis inner = axes.getLast();
        for (int i = 0; i < run; i++) {
            tracks[track + i * inner.trackStep()][at + 2 * i * inner.channelStep()] =
                    (float) type.real(data, begin + (long) i * type.bytes());
        }
    }

    private void putBoth(MemorySegment data, long begin, int track, int at, int run) {
        StoredAxis inner = axes.getLast();
        if (inner.channelStep() == 1 && type.equals(COMPLEX64)) {
            MemorySegment.copy(data, FLOAT, begin, tracks[track], at, 2 * run);
            return;
        }
        for (int i = 0; i < run; i++) {
            float[] values = tracks[track + i * inner.trackStep()];
            int value = at + 2 * i * inner.channelStep();
            long element = begin + (long) i * type.bytes();
            values[value] = (float) type.real(data, element);
            values[value + 1] = (float) type.imaginary(data, element);
        }
    }
}
