package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/// The kinds of services on the class path.
public final class ServiceKinds {
    private final SortedMap<String, ServiceKind> kinds = new TreeMap<>();

    /// @throws BadInputException if two have the same name, or a library is broken
    public ServiceKinds(Iterable<ServiceKind> found) {
        try {
            for (ServiceKind kind : found) {
                ServiceKind other = kinds.put(kind.name(), kind);
                BadInputException.check(
                        other == null,
                        "two service kinds are called '" + kind.name() + "'",
                        "a library is on the class path twice");
            }
        } catch (ServiceConfigurationError e) {
            throw new BadInputException(
                    "service kinds: " + e.getMessage(),
                    "a library on the class path is broken; take it off");
        }
    }

    /// All on the class path.
    public static ServiceKinds installed() {
        return new ServiceKinds(ServiceLoader.load(ServiceKind.class));
    }

    /// A kind by its name.
    ///
    /// @throws BadInputException if there is none
    public ServiceKind get(String name) {
        ServiceKind kind = kinds.get(name);
        if (kind == null) {
            throw new BadInputException(
                    "unknown kind of service " + Shown.quoted(name),
                    "take " + String.join(", ", kinds.keySet()));
        }
        return kind;
    }

    /// All of them, by name.
    public SortedMap<String, ServiceKind> all() {
        return java.util.Collections.unmodifiableSortedMap(kinds);
    }

    /// What goes in and out of a declared service.
    ///
    /// @throws BadInputException naming the service, if its settings cannot be used
    public Signature signature(ServiceSpec spec) {
        return at(spec, () -> get(spec.kind()).signature(spec.settings()));
    }

    /// Memory that a replica of a declared service is said to need.
    public long memoryBytes(ServiceSpec spec) {
        return at(spec, () -> get(spec.kind()).memoryBytes(spec.settings()));
    }

    /// Makes a replica of a declared service.
    public Service load(ServiceSpec spec) {
        return at(spec, () -> get(spec.kind()).load(spec.settings()));
    }

    private static <T> T at(ServiceSpec spec, java.util.function.Supplier<T> part) {
        return BadInputException.at("service " + spec.name(), part);
    }
}
