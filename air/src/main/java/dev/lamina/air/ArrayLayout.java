package dev.lamina.air;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a track's antennas are arranged: a uniform array of rows and columns, with several ports
/// (polarisations, antennas of the user) at each place. 1 x 1 x A is an array of which nothing is
/// known.
///
/// @param rows of the array
/// @param columns of the array
/// @param ports at each place
/// @param portsFirst whether the ports are the slowest axis of the antennas, and not the fastest
public record ArrayLayout(int rows, int columns, int ports, boolean portsFirst) {
    private static final int MOST_PATHS = 16;
    private static final int MOST_PORTS = 4;
    private static final Pattern TEXT = Pattern.compile("(?:(\\d+):)?(\\d+)x(\\d+)(?:x(\\d+))?");

    /// Nothing is known of these antennas.
    public static ArrayLayout unknown(int antennas) {
        return new ArrayLayout(1, 1, antennas, false);
    }

    /// `4x4x2`: 4 rows, 4 columns, 2 ports, the ports fastest; `2:4x4`: the ports slowest.
    public static ArrayLayout parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        BadInputException.check(
                matcher.matches() && (matcher.group(1) == null || matcher.group(4) == null),
                "array layout '" + text + "'",
                "write rows x columns x ports, as 4x4x2, or 2:4x4 where the ports come first.");
        boolean first = matcher.group(1) != null;
        String ports = first ? matcher.group(1) : matcher.group(4);
        return new ArrayLayout(
                size(text, matcher.group(2)),
                size(text, matcher.group(3)),
                ports == null ? 1 : size(text, ports),
                first);
    }

    private static int size(String layout, String text) {
        int value = text.length() > 4 ? 0 : Integer.parseInt(text);
        BadInputException.check(
                value >= 1 && value <= 1024,
                "array layout '" + layout + "' has " + text,
                "take sizes from 1 to 1024.");
        return value;
    }

    /// Antennas in all.
    public int antennas() {
        return rows * columns * ports;
    }

    /// Where a port stands among the antennas.
    int antenna(int row, int column, int port) {
        int place = row * columns + column;
        return portsFirst ? port * rows * columns + place : place * ports + port;
    }

    /// The arrangement in which the channels take the fewest paths to explain (derived: the
    /// Bayesian information criterion of the paths found). Antennas that are no array are left
    /// unknown.
    ///
    /// @param tracks a few of them, as noisy as they are
    public static ArrayLayout infer(List<History> tracks) {
        int antennas = tracks.getFirst().shape().antennas();
        ArrayLayout best = unknown(antennas);
        double least = cost(best, tracks);
        for (ArrayLayout layout : candidates(antennas)) {
            double value = cost(layout, tracks);
            if (value < least) {
                least = value;
                best = layout;
            }
        }
        return best;
    }

    private static double cost(ArrayLayout layout, List<History> tracks) {
        double sum = 0;
        for (History track : tracks) {
            History arranged = new History(track.shape(), track.channels(), layout);
            Snapshots snapshots = Snapshots.of(arranged);
            double size = track.shape().size();
            int most = Math.clamp(snapshots.elements() / 2, 1, MOST_PATHS);
            Paths paths = PathFinder.find(snapshots, NoiseFloor.of(arranged), most);
            double left = Math.max(paths.noise(), 1e-9 * track.power() + Double.MIN_NORMAL);
            sum +=
                    size * Math.log(left)
                            + paths.count() * (snapshots.count + 1.5) * Math.log(2 * size);
        }
        return sum;
    }

    private static List<ArrayLayout> candidates(int antennas) {
        List<ArrayLayout> all = new ArrayList<>();
        for (int ports = 1; ports <= Math.min(MOST_PORTS, antennas / 2); ports++) {
            for (int rows = 1; rows <= antennas / ports; rows++) {
                if (antennas % (ports * rows) == 0) {
                    int columns = antennas / ports / rows;
                    if (rows != 1 && columns == 1) {
                        continue; // the same as one row
                    }
                    all.add(new ArrayLayout(rows, columns, ports, false));
                    if (ports > 1) {
                        all.add(new ArrayLayout(rows, columns, ports, true));
                    }
                }
            }
        }
        return all;
    }

    @Override
    public String toString() {
        String places = rows + "x" + columns;
        return portsFirst ? ports + ":" + places : places + "x" + ports;
    }
}
