/// Labelled text for fine-tuning: reading it, splitting it, and sharing it out over devices.
///
/// Start with [TextDatasets#load]: a bundled data set (`wordnet`, supersense classification of
/// WordNet glosses), one file, or a folder with a file for each split becomes a [TextDataset] that
/// cannot be wrong (at least two classes, none empty in training, no empty split). What a user
/// should know but need not mend, such as a split that was drawn because its file is absent, is in
/// its notes.
///
/// | file | a sample |
/// |---|---|
/// | `.txt` | a line `text;label`; the last `;` separates |
/// | `.csv`, `.tsv` | a record, fields quoted where needed, with or without a header |
/// | `.jsonl`, `.json-lines` | a JSON object on a line |
///
/// Files come from outside: they are read as a stream of checked UTF-8 lines of bounded length, and
/// whatever cannot be used ends in a [dev.lamina.base.BadInputException] that names file and line.
///
/// [Partition] shares the training split out over devices: evenly, by a Dirichlet draw for each
/// class, or with a few classes for each device. [DatasetFiles] writes a data set in any of the
/// formats, or each device's shard as a file of its own.
///
/// Where data stay where they are, a device reads its own file with [TextDatasets#samples], and the
/// server, which has no training samples, what it judges by with [TextDatasets#heldOut].
@NullMarked
package dev.lamina.data;

import org.jspecify.annotations.NullMarked;
