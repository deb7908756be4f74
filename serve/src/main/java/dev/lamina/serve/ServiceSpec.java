package dev.lamina.serve;

/// A service as declared: nodes load replicas of it.
///
/// @param name what flows call it
/// @param version of name; two versions may serve side by side while one replaces the other
/// @param kind name of the [ServiceKind]
/// @param settings of the kind
public record ServiceSpec(String name, String version, String kind, Settings settings) {

    /// Name and version.
    public String id() {
        return name + "@" + version;
    }
}
