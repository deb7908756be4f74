package dev.lamina.csi;

/// Text from a file that nobody has checked, made fit for an error message.
final class Shown {
    private static final int LONGEST = 120;

    private Shown() {}

    /// In quotes, cut after 120 characters, control characters (terminal escapes) replaced.
    static String quoted(String text) {
        return "'" + plain(text) + "'";
    }

    static String plain(String text) {
        String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
