/// The command line: what a user types, sees and finds on disk. Nothing here computes.
///
/// - [Main] parses and dispatches, [Failures] turns what goes wrong into two lines and an exit
///   code.
/// - A run spec is a YAML file whose keys are the flags: [SpecFile] reads it, [SpecDefaults] lets
///   flags override it, [SpecWriter] writes what was understood.
/// - [FinetuneCommand] runs one job: [FinetuneOptions] are its flags, [DevicesFile] its machines,
///   [RunDirectory] where it writes, [Progress] and [Curves] what one sees, [StopSignal] how it
///   ends early.
/// - Reports: [LineChart], [BarChart] and [GanttChart] draw in the colours of [Palette], [Pictures]
///   makes PNG of them, [HtmlReport] puts them on one page.
/// - [ProfilesCommand] shows the kinds of machines that a [DevicesFile] can name.
/// - [RunStore] finds past runs again ([RunsCommand]); the run directories hold the results.
@NullMarked
package dev.lamina.app;

import org.jspecify.annotations.NullMarked;
