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
        List<OptionSpec> own = new ArrayList<>(command.options());
        StringBuilder groups = new StringBuilder();
        for (Map.Entry<String, CommandSpec> group : command.mixins().entrySet()) {
            List<OptionSpec> options =
                    command.options().stream()
                            .filter(group.getValue().options()::contains)
                            .toList();
            own.removeAll(options);
            if (!group.getKey().equals("mixinStandardHelpOptions")) {
                groups.append(section(help, group.getKey(), options));
            }
        }
        List<OptionSpec> helpOptions =
                command.options().stream().filter(o -> o.usageHelp() || o.versionHelp()).toList();
        own.removeAll(helpOptions);
        return section(help, "Flags", own) + groups + section(help, "Help", helpOptions);
    }

    private static String section(Help help, String heading, List<OptionSpec> options) {
        return options.isEmpty() ? "" : "%n%s:%n".formatted(heading) + list(help, options);
    }

    private static String list(Help help, Collection<OptionSpec> options) {
        return help.optionListExcludingGroups(
                List.copyOf(options),
                help.createDefaultLayout(),
                null,
                help.createDefaultParamLabelRenderer());
    }
}
