package dev.lamina.base;

import java.util.function.Supplier;

/// Input from outside (a file, a flag, a message) that cannot be used. The message names what was
/// wrong and its value; `maybe` says how to mend it. The command line prints both and exits with
/// code 2.
public final class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String MAYBE = System.lineSeparator() + "Maybe ";

    /// @param problem what was wrong, with name and value, and file and line where there is one
    /// @param maybe how to mend it, without the word "Maybe"
    public BadInputException(String problem, String maybe) {
        super(problem + MAYBE + maybe);
    }

    /// Throws unless the condition holds.
    public static void check(boolean condition, String problem, String maybe) {
        if (!condition) {
            throw new BadInputException(problem, maybe);
        }
    }

    /// Does a part of the work, and says where it stands in front of what is wrong with it.
    public static <T> T at(String where, Supplier<T> part) {
        try {
            return part.get();
        } catch (BadInputException e) {
            throw in(where, e);
        }
    }

    /// The same with where it stands in front.
    public static BadInputException in(String where, BadInputException e) {
        String message = String.valueOf(e.getMessage());
        int cut = message.indexOf(MAYBE);
        return new BadInputException(
                where + ": " + message.substring(0, cut), message.substring(cut + MAYBE.length()));
    }
}
