package dev.lamina.app;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// Prints a command's flags in groups: each mixin is a group, and the mixin's name is its heading.
final class HelpSections {
    private HelpSections() {}

    static void install(CommandLine commandLine) {
        commandLine
                .getHelpSectionMap()
                .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpSections::options);
        commandLine.getSubcommands().values().forEach(HelpSections::install);
    }

    private static String options(Help help) {
        CommandSpec command = help.commandSpec();
        StringBuilder text = new StringBuilder();
        List<OptionSpec> rest = new ArrayList<>(command.options());
        for (Map.Entry<String, CommandSpec> group : command.mixins().entrySet()) {
            if (group.getKey().equals("mixinStandardHelpOptions")) {
                continue;
            }
            Collection<OptionSpec> options =
                    group.getValue().options().stream()
                            .flatMap(option -> rest.stream().filter(o -> o.equals(option)))
                            .toList();
            text.append("%n%s:%n".formatted(group.getKey())).append(list(help, options));
            rest.removeAll(options);
        }
        String heading = text.isEmpty() ? "%nFlags:%n" : "%nOther:%n";
        return text.append(heading.formatted()).append(list(help, rest)).toString();
    }

    private static String list(Help help, Collection<OptionSpec> options) {
        return help.optionListExcludingGroups(
                List.copyOf(options),
                help.createDefaultLayout(),
                null,
                help.createDefaultParamLabelRenderer());
    }
}
