package dev.lamina.base;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Independent random streams from one seed. Each use names its stream (`"shuffle", device,
/// epoch`), so that no draw depends on how many others were made before it, nor on the number of
/// threads, and a run can be taken up anywhere without stored generator state.
public final class Seeds {
    private Seeds() {}

    /// The generator of the stream with this name under this seed.
    public static RandomGenerator stream(long seed, Object... name) {
        return new SplittableRandom(derive(seed, name));
    }

    /// The seed of the stream with this name: FNV-1a over the characters of its parts, mixed with
    /// `seed`.
    public static long derive(long seed, Object... name) {
        long hash = 0xcbf29ce484222325L ^ mix(seed);
        for (Object part : name) {
            String text = part.toString();
            for (int i = 0; i < text.length(); i++) {
                hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
            }
            hash = (hash ^ 0x1f) * 0x100000001b3L;
        }
        return mix(hash);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
