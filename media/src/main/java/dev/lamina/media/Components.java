package dev.lamina.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Connected components of a map: cells above a threshold that touch at a side or a corner.
final class Components {
    private Components() {}

    /// For each component the first and last cell of its rows: its convex hull is that of these.
    ///
    /// @param map `[height, width]`
    /// @param leastSide of its upright bounding box's longer side; smaller ones are left out
    static List<List<Point>> of(
            float[] map, int height, int width, double threshold, int leastSide) {
        boolean[] seen = new boolean[map.length];
        int[] stack = new int[map.length];
        int[] first = new int[height];
        int[] last = new int[height];
        List<List<Point>> components = new ArrayList<>();
        for (int start = 0; start < map.length; start++) {
            if (seen[start] || map[start] <= threshold) {
                continue;
            }
            int top = start / width; // cells come row by row: none lies above
            int bottom = top;
            int most = 0;
            int least = width;
            Arrays.fill(first, width);
            Arrays.fill(last, -1);
            int depth = 0;
            stack[depth++] = start;
            seen[start] = true;
            while (depth > 0) {
                int cell = stack[--depth];
                int y = cell / width;
                int x = cell % width;
                bottom = Math.max(bottom, y);
                least = Math.min(least, x);
                most = Math.max(most, x);
                first[y] = Math.min(first[y], x);
                last[y] = Math.max(last[y], x);
                for (int ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
                    for (int nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
                        int next = ny * width + nx;
                        if (!seen[next] && map[next] > threshold) {
                            seen[next] = true;
                            stack[depth++] = next;
                        }
                    }
                }
            }
            if (Math.max(bottom - top, most - least) + 1 >= leastSide) {
                components.add(ends(first, last, top, bottom));
            }
        }
        return components;
    }

    private static List<Point> ends(int[] first, int[] last, int top, int bottom) {
        List<Point> ends = new ArrayList<>(2 * (bottom - top + 1));
        for (int y = top; y <= bottom; y++) {
            ends.add(new Point(first[y], y));
            ends.add(new Point(last[y], y));
        }
        return ends;
    }
}
