package dev.lamina.cell;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.List;

/// Places of devices from the EUA data set (Lai et al., ICSOC 2018): users and base stations of
/// Melbourne's centre, as lines of two CSV files. Latitudes and longitudes are projected onto the
/// plane that touches the earth at the station; within a few kilometres that is exact to
/// centimetres.
public final class EuaUsers {
    private static final double METRES_PER_DEGREE = Math.PI / 180 * 6_371_008.8;

    private EuaUsers() {}

    /// A base station of the data set.
    public record Site(String id, double latitude, double longitude) {
        public Site {
            Checks.between("latitude", latitude, -90, 90);
            Checks.between("longitude", longitude, -180, 180);
        }
    }

    /// The site of an identifier.
    ///
    /// @param siteLines of `site-optus-melbCBD.csv`, with the header: SITE_ID, LATITUDE, LONGITUDE
    public static Site site(List<String> siteLines, String id) {
        for (int i = 1; i < siteLines.size(); i++) {
            String[] fields = siteLines.get(i).split(",", -1);
            if (fields[0].equals(id)) {
                return new Site(id, number(siteLines, i, 1), number(siteLines, i, 2));
            }
        }
        throw new BadInputException("no site '" + id + "'", "take the SITE_ID of a line");
    }

    /// The users within a radius of a site, in the file's order.
    ///
    /// @param userLines of `users-melbcbd-generated.csv`, with the header: Latitude, Longitude
    public static List<Position> within(List<String> userLines, Site site, double radiusMetres) {
        Checks.positive("radiusMetres", radiusMetres);
        double east = METRES_PER_DEGREE * Math.cos(Math.toRadians(site.latitude()));
        List<Position> places = new ArrayList<>();
        for (int i = 1; i < userLines.size(); i++) {
            if (userLines.get(i).isBlank()) {
                continue;
            }
            Position place =
                    new Position(
                            "user-" + i,
                            east * (number(userLines, i, 1) - site.longitude()),
                            METRES_PER_DEGREE * (number(userLines, i, 0) - site.latitude()));
            if (place.distanceMetres() <= radiusMetres) {
                places.add(place);
            }
        }
        return places;
    }

    private static double number(List<String> lines, int line, int field) {
        String[] fields = lines.get(line).split(",", -1);
        try {
            double value = Double.parseDouble(fields[field].strip());
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // told below
        }
        throw new BadInputException(
                "line %d: '%s' has no number in column %d"
                        .formatted(line + 1, lines.get(line), field + 1),
                "mend the line");
    }
}
