"""Importers of other programs' configs, one module per format.

To add a format, add a module to this folder; nothing else lists it. Its name is what ``--read-as`` takes.

1. Declare ``FORMAT``, a :class:`~cosine_cli.plans.importers.core.formats.Format`: the evidence that only this program
   writes (:mod:`~cosine_cli.plans.importers.core.evidence`), the files, what is read, the options of the run that
   ``load`` uses, and what a file may lack, by the option that gives it. ``cosine-lr explain formats NAME`` prints it.
2. If its files also have the evidence of another format, as those of programs on top of the ``Trainer`` have that of
   ``transformers``, name that format in ``precedes``. Exactly one format may match a document.
3. Define ``load(top: Node, flags: Flags) -> Request``: the run and one curve, with a place for each value. Read values
   with :class:`~cosine_cli.plans.importers.core.mapping_reader.MappingReader`, and raise an error for what cannot be
   read. It also gets documents without the evidence, by ``--read-as``. Nothing in the file is executed.
4. Return remarks: :func:`~cosine_cli.plans.importers.core.remarks.read_as` first, then what is ignored. The names of
   the file and the program are added, and the warmup of the curve, unless ``load`` gives the program's own.
   ``cosine-lr plan`` writes after each value the key at its place: give each value the place of the key that it comes
   from. A curve that is composed of others, or a table, is labelled by the scheduler's name at its place.
5. Add real files with the program's own rates to ``tests/plans/importers/real/NAME/``, and near misses to
   ``other_files.py`` there: the tests take each through all formats.
6. Run ``python tests/docs/write.py``: it writes ``evidence_keys.json``, by which other importers are not loaded.
"""
