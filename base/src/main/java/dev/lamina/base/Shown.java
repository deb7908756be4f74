package dev.lamina.base;

/// Text from a file that nobody has checked, made fit for an error message.
public final class Shown {
    private static final int LONGEST = 120;

    private Shown() {}

    /// [#plain] in quotes.
    public static String quoted(String text) {
        return "'" + plain(text) + "'";
    }

    /// Cut after 120 characters, control characters (terminal escapes) replaced.
    public static String plain(String text) {
        String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
