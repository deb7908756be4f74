package dev.lamina.base;

/// Input from outside (a file, a flag, a message) that cannot be used. The message names what was
/// wrong and its value; `maybe` says how to mend it. The command line prints both and exits with
/// code 2.
public final class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param problem what was wrong, with name and value, and file and line where there is one
    /// @param maybe how to mend it, without the word "Maybe"
    public BadInputException(String problem, String maybe) {
        super(problem + System.lineSeparator() + "Maybe " + maybe);
    }

    /// Throws unless the condition holds.
    public static void check(boolean condition, String problem, String maybe) {
        if (!condition) {
            throw new BadInputException(problem, maybe);
        }
    }
}
