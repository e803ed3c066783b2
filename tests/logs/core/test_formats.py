"""The formats of logs."""

from __future__ import annotations

from cosine_cli.logs.core.formats import readers


def test_the_formats_have_names_and_places_of_their_own() -> None:
    formats = [module.FORMAT for module in readers()]
    orders = [each.order for each in formats]
    assert orders == sorted(set(orders))
    assert len({each.name for each in formats}) == len(formats)
    in_folders = [each.folder_order for each in formats if each.files]
    assert len(set(in_folders)) == len(in_folders)


def test_special_formats_precede_general_ones() -> None:
    names = [module.__name__.rpartition(".")[2] for module in readers()]
    assert [name for name in names if name in ("trainer_state", "results_csv", "delimited", "json_lines")] == [
        "trainer_state",
        "results_csv",
        "delimited",
        "json_lines",
    ]
