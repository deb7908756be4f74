package dev.lamina.app;

import dev.lamina.app.RunRecord.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The list of past runs, in `runs.db` (SQLite, write-ahead log: several processes may use it at
/// once) beside the run directories. The directories hold the results; this only finds them again.
final class RunStore implements AutoCloseable {
    private final Connection connection;

    /// Opens the store of this folder, and makes it if there is none.
    ///
    /// @throws UncheckedIOException if that is not possible
    RunStore(Path folder) {
        Path file = folder.resolve("runs.db");
        try {
            Files.createDirectories(folder);
            connection = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath());
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 10000");
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute(
                        """
                        CREATE TABLE IF NOT EXISTS runs (
                          id INTEGER PRIMARY KEY AUTOINCREMENT, command TEXT NOT NULL,
                          started INTEGER NOT NULL, ended INTEGER, directory TEXT NOT NULL,
                          status TEXT NOT NULL, pid INTEGER NOT NULL, spec TEXT NOT NULL,
                          metrics TEXT NOT NULL)\
                        """);
            }
        } catch (SQLException | IOException e) {
            throw new UncheckedIOException(
                    "cannot open the run store " + file + ": " + e.getMessage(), asIo(e));
        }
    }

    /// Whether there is a store in this folder.
    static boolean exists(Path folder) {
        return Files.exists(folder.resolve("runs.db"));
    }

    /// Notes that a run of this process has begun, or, if its directory is known, that it goes on.
    ///
    /// @return the run's id
    long begin(String command, Path directory, Instant started, Map<String, ?> spec) {
        @Nullable RunRecord known = find(directory.toString());
        if (known != null) {
            update(
                    "UPDATE runs SET status = ?, ended = NULL, pid = ? WHERE id = ?",
                    Status.RUNNING.name(),
                    ProcessHandle.current().pid(),
                    known.id());
            return known.id();
        }
        update(
                "INSERT INTO runs (command, started, directory, status, pid, spec, metrics) VALUES (?,?,?,?,?,?,'{}')",
                command,
                started.toEpochMilli(),
                directory.toAbsolutePath().normalize().toString(),
                Status.RUNNING.name(),
                ProcessHandle.current().pid(),
                Json.compact(spec));
        return select("ORDER BY id DESC LIMIT 1").getFirst().id();
    }

    /// Notes how a run ended.
    void end(long id, Status status, Instant ended, Map<String, ?> metrics) {
        update(
                "UPDATE runs SET status = ?, ended = ?, metrics = ? WHERE id = ?",
                status.name(),
                ended.toEpochMilli(),
                Json.compact(metrics),
                id);
    }

    /// All runs, the latest last.
    List<RunRecord> list() {
        return select("ORDER BY id");
    }

    /// The run with this id or directory; null if there is none. A directory that was used again is
    /// its latest run.
    @Nullable RunRecord find(String idOrDirectory) {
        List<RunRecord> found = List.of();
        if (idOrDirectory.matches("[0-9]{1,18}")) {
            found = select("WHERE id = ?", Long.parseLong(idOrDirectory));
        }
        if (found.isEmpty()) {
            String directory = Path.of(idOrDirectory).toAbsolutePath().normalize().toString();
            found = select("WHERE directory = ? ORDER BY id", directory);
        }
        return found.isEmpty() ? null : found.getLast();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new UncheckedIOException(
                    "cannot close the run store: " + e.getMessage(), asIo(e));
        }
    }

    private void update(String sql, Object... values) {
        try (PreparedStatement statement = prepared(sql, values)) {
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new UncheckedIOException(
                    "cannot write the run store: " + e.getMessage(), asIo(e));
        }
    }

    private List<RunRecord> select(String condition, Object... values) {
        String sql =
                "SELECT id, command, started, ended, directory, status, pid, spec, metrics FROM runs ";
        try (PreparedStatement statement = prepared(sql + condition, values);
                ResultSet rows = statement.executeQuery()) {
            List<RunRecord> runs = new ArrayList<>();
            while (rows.next()) {
                runs.add(record(rows));
            }
            return runs;
        } catch (SQLException e) {
            throw new UncheckedIOException("cannot read the run store: " + e.getMessage(), asIo(e));
        }
    }

    private PreparedStatement prepared(String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    private static RunRecord record(ResultSet row) throws SQLException {
        Status status = Status.valueOf(row.getString("status"));
        if (status == Status.RUNNING && ProcessHandle.of(row.getLong("pid")).isEmpty()) {
            status = Status.LOST;
        }
        long ended = row.getLong("ended");
        return new RunRecord(
                row.getLong("id"),
                row.getString("command"),
                Instant.ofEpochMilli(row.getLong("started")),
                ended == 0 ? null : Instant.ofEpochMilli(ended),
                Path.of(row.getString("directory")),
                status,
                Json.map(row.getString("spec")),
                Json.map(row.getString("metrics")));
    }

    private static IOException asIo(Exception e) {
        return e instanceof IOException io ? io : new IOException(e);
    }
}
