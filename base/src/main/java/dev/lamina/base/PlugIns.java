package dev.lamina.base;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;

/// What libraries on the class path add to what is built in.
public final class PlugIns {
    private PlugIns() {}

    /// The provider of a name that is not built in.
    ///
    /// @param what it provides, for messages: "order", "policy"
    /// @param spec as it was given
    /// @param name in it
    /// @param builtIn names, for the message
    /// @throws BadInputException if there is none, or a library is broken
    public static <P> P find(
            Class<P> type,
            Function<P, String> names,
            String what,
            String spec,
            String name,
            List<String> builtIn) {
        List<String> known = new ArrayList<>(builtIn);
        try {
            for (P provider : ServiceLoader.load(type)) {
                if (names.apply(provider).equals(name)) {
                    return provider;
                }
                known.add(names.apply(provider));
            }
        } catch (ServiceConfigurationError e) {
            throw new BadInputException(
                    what + " '" + spec + "': " + e.getMessage(),
                    "a library on the class path is broken; take it off");
        }
        throw new BadInputException(
                "unknown " + what + " '" + spec + "'",
                "use "
                        + String.join(", ", known.subList(0, known.size() - 1))
                        + " or "
                        + known.getLast());
    }
}
