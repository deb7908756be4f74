package dev.lamina.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EuaUsersTest {
    private static final List<String> SITES =
            List.of("SITE_ID,LATITUDE,LONGITUDE,NAME", "7,-37.8,145.0,Corner, of two streets");

    @Test
    void projectsAroundTheSite() {
        EuaUsers.Site site = EuaUsers.site(SITES, "7");
        List<Position> places =
                EuaUsers.within(
                        List.of("Latitude,Longitude", "-37.799,145.0", "-37.8,145.001", "-37,145"),
                        site,
                        500);
        assertThat(places).hasSize(2);
        assertThat(places.get(0).yMetres()).isCloseTo(111.195, Offset.offset(0.01));
        assertThat(places.get(1).xMetres()).isCloseTo(87.86, Offset.offset(0.01));
    }

    @Test
    void badLinesAreTold() {
        assertThatThrownBy(() -> EuaUsers.site(SITES, "8")).hasMessageContaining("no site '8'");
        EuaUsers.Site site = EuaUsers.site(SITES, "7");
        for (String line : List.of("-37", "x,145", "-37,NaN")) {
            assertThatThrownBy(() -> EuaUsers.within(List.of("h", line), site, 500))
                    .as(line)
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("line 2");
        }
    }

    /// The data set itself, where it is at hand; `-Dlamina.eua=DIR` names another folder.
    @Test
    void theRealUsers() throws IOException {
        Path folder = folder();
        assumeTrue(Files.isDirectory(folder), () -> "skipped: no EUA data in " + folder);
        EuaUsers.Site site =
                EuaUsers.site(
                        Files.readAllLines(folder.resolve("site-optus-melbCBD.csv")), "10003026");
        List<Position> users =
                EuaUsers.within(
                        Files.readAllLines(folder.resolve("users-melbcbd-generated.csv")),
                        site,
                        250);
        assertThat(users).hasSizeGreaterThan(10);
        Cell cell = Cell.at(CellSpec.DEFAULT, users, 1);
        assertThat(cell.devices()).hasSameSizeAs(users);
        assertThat(cell.gain(0, 0)).isPositive();
    }

    private static Path folder() {
        String given = System.getProperty("lamina.eua");
        return given != null
                ? Path.of(given)
                : Path.of("").toAbsolutePath().resolve("../../shared/data/eua").normalize();
    }
}
