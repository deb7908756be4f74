package dev.lamina.app;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/// A structured log on standard error: a line for each event, with its fields, as text or as JSON.
final class EventLog {
    private final Context context;
    private final boolean quiet;
    private final boolean json;

    /// @param quiet leaves out all but warnings
    /// @param format `text` or `json`
    EventLog(Context context, boolean quiet, String format) {
        this.context = context;
        this.quiet = quiet;
        this.json = format.equals("json");
    }

    void info(String event, Map<String, ?> fields) {
        if (!quiet) {
            write("info", event, fields);
        }
    }

    void warn(String event, Map<String, ?> fields) {
        write("warn", event, fields);
    }

    private void write(String level, String event, Map<String, ?> fields) {
        String time = context.clock().instant().toString();
        PrintStream err = context.err();
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("time", time);
            line.put("level", level);
            line.put("event", event);
            fields.forEach((key, value) ->
                    line.put(key, value instanceof Number ? value : String.valueOf(value)));
            err.println(Json.compact(line));
        } else {
            StringBuilder line = new StringBuilder(time).append(' ').append(level);
            line.append(": ").append(oneLine(event));
            fields.forEach(
                    (key, value) -> line.append(' ').append(key).append('=').append(quoted(value)));
            err.println(line);
        }
        err.flush();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    private static String quoted(Object value) {
        String text = oneLine(String.valueOf(value));
        return text.matches("\\S+") ? text : '"' + text.replace("\"", "'") + '"';
    }
}
