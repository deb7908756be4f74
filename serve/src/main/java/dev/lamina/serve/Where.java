package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import java.util.function.Supplier;

/// Says where bad input stands, in front of what is wrong with it.
final class Where {
    private static final String MAYBE = System.lineSeparator() + "Maybe ";

    private Where() {}

    static <T> T at(String where, Supplier<T> part) {
        try {
            return part.get();
        } catch (BadInputException e) {
            String message = String.valueOf(e.getMessage());
            int cut = message.indexOf(MAYBE);
            throw new BadInputException(
                    where + ": " + message.substring(0, cut),
                    message.substring(cut + MAYBE.length()));
        }
    }
}
