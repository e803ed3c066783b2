"""Importers of other programs' configs, one module per format.

To add a format, add a module to this folder; nothing else lists it. It defines ``TITLE``, ``COMMON_KEYS``,
``ACCEPTED_OPTIONS``, ``REPLACEMENT_KEYS``, :func:`matches` and :func:`load`, as
:class:`~cosine_cli.plans.importers.core.formats.Importer` describes:

- :func:`matches` returns whether a document has the format. Only one importer may match a document.
- :func:`load` returns a request: the run and one curve, with a place for each value. Read values with
  :class:`~cosine_cli.plans.importers.core.mapping_reader.MappingReader`, raise an error for what cannot be read, and
  add a remark for what is ignored. Nothing in the file is executed.

Then add a sample to ``tests/plans/importers/samples.py`` and run ``record.py`` there to record the program's own rates.
"""
