package dev.lamina.data;

import dev.lamina.base.BadInputException;
import java.util.List;

/// What a server needs of a data set whose training samples stay on the devices: the classes, and
/// what rounds and the result are judged by.
///
/// @param name what the user called it: a bundled name or a path
/// @param labels names of the classes; a sample's label is an index into it
/// @param notes what a user should know of how it came about, a sentence each; often empty
public record HeldOut(
        String name,
        List<String> labels,
        List<Sample> validation,
        List<Sample> test,
        List<String> notes) {

    /// @throws BadInputException with fewer than two classes, a class named twice, an empty split,
    ///   or a label index without a name
    public HeldOut {
        labels = List.copyOf(labels);
        validation = List.copyOf(validation);
        test = List.copyOf(test);
        notes = List.copyOf(notes);
        TextDataset.checkLabels(name, labels);
        TextDataset.checkSplit(name, "validation", validation, labels);
        TextDataset.checkSplit(name, "test", test, labels);
    }

    /// The same of a data set that is in one place.
    static HeldOut of(TextDataset all) {
        return new HeldOut(all.name(), all.labels(), all.validation(), all.test(), all.notes());
    }
}
