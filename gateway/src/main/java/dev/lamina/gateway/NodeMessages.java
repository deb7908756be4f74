package dev.lamina.gateway;

import static dev.lamina.serve.ServeException.check;

import dev.lamina.base.Shown;
import dev.lamina.serve.NodeStatus;
import dev.lamina.serve.NodeStatus.ReplicaStatus;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.ServiceSpec;
import dev.lamina.serve.Settings;
import dev.lamina.wire.proto.ReplicaReport;
import dev.lamina.wire.proto.ServiceDeclaration;
import dev.lamina.wire.proto.Setting;
import dev.lamina.wire.proto.SettingEntry;
import dev.lamina.wire.proto.SettingList;
import dev.lamina.wire.proto.SettingMap;
import dev.lamina.wire.proto.StatusReply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/// Declared services and how nodes are, as messages of `node.proto`, checked as by [NodeFormat].
final class NodeMessages {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
    private static final int LARGEST_DECLARATION = 1 << 20;
    private static final int DEEPEST = 16;

    private NodeMessages() {}

    static StatusReply status(NodeStatus status) {
        StatusReply.Builder reply =
                StatusReply.newBuilder()
                        .setName(status.name())
                        .setIncarnation(status.incarnation())
                        .setBudgetBytes(status.budgetBytes())
                        .setUsedBytes(status.usedBytes());
        for (ReplicaStatus r : status.replicas()) {
            reply.addReplicas(
                    ReplicaReport.newBuilder()
                            .setId(r.id())
                            .setLoaded(r.loaded())
                            .setMemoryBytes(r.memoryBytes())
                            .setWaiting(r.waiting())
                            .setItems(r.items())
                            .setBatches(r.batches())
                            .setRunSeconds(r.runSeconds())
                            .setLoads(r.loads())
                            .setLoadSeconds(r.loadSeconds()));
        }
        return reply.build();
    }

    static NodeStatus status(StatusReply reply) {
        return new NodeStatus(
                Shown.plain(reply.getName()),
                reply.getIncarnation(),
                reply.getBudgetBytes(),
                reply.getUsedBytes(),
                reply.getReplicasList().stream()
                        .map(r ->
                                new ReplicaStatus(
                                        Shown.plain(r.getId()),
                                        r.getLoaded(),
                                        r.getMemoryBytes(),
                                        r.getWaiting(),
                                        r.getItems(),
                                        r.getBatches(),
                                        r.getRunSeconds(),
                                        r.getLoads(),
                                        r.getLoadSeconds()))
                        .toList());
    }

    /// Where its paths start from is left out: the node has folders of its own.
    static ServiceDeclaration declaration(ServiceSpec spec) {
        return ServiceDeclaration.newBuilder()
                .setName(spec.name())
                .setVersion(spec.version())
                .setKind(spec.kind())
                .setSettings(map(spec.settings().values()))
                .build();
    }

    /// @param base of the paths in its settings
    static ServiceSpec spec(ServiceDeclaration declaration, Settings.Base base) {
        check(
                declaration.getSerializedSize() <= LARGEST_DECLARATION,
                "a service that is declared in " + declaration.getSerializedSize() + " bytes",
                "take fewer settings");
        return new ServiceSpec(
                name("service", declaration.getName()),
                name("version", declaration.getVersion()),
                name("kind", declaration.getKind()),
                new Settings(base, map(declaration.getSettings(), 0)));
    }

    private static String name(String what, String given) {
        check(
                NAME.matcher(given).matches(),
                what + " " + Shown.quoted(given),
                "take letters, digits, '.', '_' and '-'");
        return given;
    }

    private static SettingMap map(Map<?, ?> values) {
        SettingMap.Builder map = SettingMap.newBuilder();
        values.forEach((name, value) ->
                map.addEntries(
                        SettingEntry.newBuilder()
                                .setName(String.valueOf(name))
                                .setValue(setting(value))));
        return map.build();
    }

    private static Setting setting(Object value) {
        Setting.Builder setting = Setting.newBuilder();
        return switch (value) {
            case String text -> setting.setText(text).build();
            case Integer integer -> setting.setInteger(integer).build();
            case Double real -> setting.setReal(real).build();
            case Boolean flag -> setting.setFlag(flag).build();
            case Map<?, ?> map -> setting.setMap(map(map)).build();
            case List<?> list -> {
                SettingList.Builder values = SettingList.newBuilder();
                list.forEach(element -> values.addValues(setting(element)));
                yield setting.setList(values).build();
            }
            default ->
                    throw new IllegalArgumentException(
                            "a setting of type " + value.getClass().getName());
        };
    }

    private static SequencedMap<String, Object> map(SettingMap map, int depth) {
        SequencedMap<String, Object> values = new LinkedHashMap<>();
        for (SettingEntry entry : map.getEntriesList()) {
            check(
                    values.put(entry.getName(), value(entry.getValue(), depth + 1)) == null,
                    "setting " + Shown.quoted(entry.getName()) + " stands twice",
                    "leave one out");
        }
        return values;
    }

    private static Object value(Setting setting, int depth) {
        check(depth <= DEEPEST, "settings that are too deep", "flatten them");
        return switch (setting.getKindCase()) {
            case TEXT -> setting.getText();
            case INTEGER -> setting.getInteger();
            case REAL -> setting.getReal();
            case FLAG -> setting.getFlag();
            case LIST ->
                    setting.getList().getValuesList().stream()
                            .map(element -> value(element, depth + 1))
                            .toList();
            case MAP -> map(setting.getMap(), depth);
            case KIND_NOT_SET ->
                    throw new ServeException(
                            Reason.BAD_INPUT,
                            "a setting without a value\nMaybe the sender is of another version of"
                                    + " Lamina");
        };
    }
}
