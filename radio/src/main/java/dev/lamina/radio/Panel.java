package dev.lamina.radio;

import dev.lamina.base.BadInputException;
import java.util.List;

/// A planar array in the y-z plane, or several of them in a grid (TR 38.901, 7.3). Elements stand
/// in rows (along z) and columns (along y); every place has one element for each slant. A port
/// joins `rowsPerPort` x `columnsPerPort` elements of one slant. Ports are numbered as in an array
/// [panel row, panel column, port row, port column, slant].
///
/// @param element of all places
/// @param rows of elements in a panel
/// @param columns of elements in a panel
/// @param spacingWavelengths between neighbouring rows, and columns
/// @param slantsDegrees ζ of the elements at one place
/// @param rowsPerPort M
/// @param columnsPerPort joined with equal weights
/// @param tiltZenithDegrees θ_tilt, where the rows of a port add up in phase; 90 is the horizon
/// @param panelRows grid of panels
/// @param panelColumns grid of panels
/// @param panelSpacingWavelengths from a panel's first element to the next one's
public record Panel(
        AntennaElement element,
        int rows,
        int columns,
        double spacingWavelengths,
        List<Double> slantsDegrees,
        int rowsPerPort,
        int columnsPerPort,
        double tiltZenithDegrees,
        int panelRows,
        int panelColumns,
        double panelSpacingWavelengths) {
    /// Slants of a pair at 0 and 90 degrees.
    public static final List<Double> UPRIGHT = List.of(0.0, 90.0);

    /// Slants of a pair at +45 and -45 degrees.
    public static final List<Double> CROSSED = List.of(45.0, -45.0);

    private static final int MOST_PORTS = 4096;

    public Panel {
        slantsDegrees = List.copyOf(slantsDegrees);
        BadInputException.check(
                rows >= 1 && columns >= 1 && panelRows >= 1 && panelColumns >= 1,
                "an array of "
                        + panelRows
                        + " x "
                        + panelColumns
                        + " panels of "
                        + rows
                        + " x "
                        + columns
                        + " places",
                "take at least one row and one column.");
        BadInputException.check(
                rowsPerPort >= 1
                        && columnsPerPort >= 1
                        && rows % rowsPerPort == 0
                        && columns % columnsPerPort == 0,
                "ports of "
                        + rowsPerPort
                        + " x "
                        + columnsPerPort
                        + " elements in a panel of "
                        + rows
                        + " x "
                        + columns,
                "take divisors of the panel's rows and columns.");
        BadInputException.check(
                spacingWavelengths > 0
                        && panelSpacingWavelengths >= 0
                        && Double.isFinite(spacingWavelengths + panelSpacingWavelengths),
                "spacings of "
                        + spacingWavelengths
                        + " and "
                        + panelSpacingWavelengths
                        + " wavelengths",
                "take 0.5 between elements.");
        BadInputException.check(
                slantsDegrees.size() == 1 || slantsDegrees.size() == 2,
                slantsDegrees.size() + " slants",
                "take one, or a pair such as 45 and -45.");
        BadInputException.check(
                (double) rows * columns * panelRows * panelColumns * slantsDegrees.size()
                        <= MOST_PORTS,
                "an array of more than " + MOST_PORTS + " elements",
                "take fewer rows, columns or panels.");
    }

    /// One panel, half a wavelength between elements, a port for each element.
    public static Panel of(
            AntennaElement element, int rows, int columns, List<Double> slantsDegrees) {
        return new Panel(element, rows, columns, 0.5, slantsDegrees, 1, 1, 90, 1, 1, 0);
    }

    /// One upright element.
    public static Panel single(AntennaElement element) {
        return of(element, 1, 1, List.of(0.0));
    }

    /// How many ports there are.
    public int ports() {
        return panelRows * portRows() * panelColumns * portColumns() * slantsDegrees.size();
    }

    int portRows() {
        return rows / rowsPerPort;
    }

    int portColumns() {
        return columns / columnsPerPort;
    }
}
