"""What versions, edits and problems of a grid are called."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

KINDS_OF_COMMUNITY = {
    "commercial": _l("Commercial housing"), "public_sold": _l("Public housing, sold"), "converted_village": _l("Converted village"),
    "mixed": _l("Mixed"), "old_town": _l("Old town"), "relocation": _l("Relocation housing"),
}
STATUSES = {"draft": _l("Draft"), "active": _l("Active"), "retired": _l("Retired"), "discarded": _l("Given up")}
OPERATIONS = {
    "split": _l("Split"), "merge": _l("Merged"), "move_vertex": _l("Vertex moved"), "add_vertex": _l("Vertex added"),
    "remove_vertex": _l("Vertex removed"), "draw": _l("Drawn"), "assign": _l("Place assigned"), "fill": _l("Gap filled"),
    "rename": _l("Renamed"), "recut": _l("Cut anew"), "replace": _l("Read from a file"), "undo": _l("Taken back"),
}
PROBLEMS = {
    "gap": _l("Gap: ground of no cell"), "overlap": _l("Overlap: ground of two cells"), "outside": _l("Ground outside the community"),
    "orphan": _l("Cell without ground in its community"), "compound_split": _l("Compound in several cells"),
    "building_split": _l("Building in several cells"), "sliver": _l("Sliver"), "multipart": _l("Cell in several parts"),
    "address_in_none": _l("Address in no cell"), "address_in_two": _l("Address in two cells"), "empty_name": _l("Cell without a name"),
    "duplicate_name": _l("Two cells of one name"),
}
CHANGES = {"same": _l("As before"), "reshaped": _l("New shape"), "renamed": _l("New name"), "new": _l("New"), "ended": _l("Ends")}
DIRECTIONS = {"north": _l("North"), "east": _l("East"), "south": _l("South"), "west": _l("West")}


def plain(names: dict[str, Any]) -> dict[str, str]:
    return {key: str(text) for key, text in names.items()}


def area(square_metres: float | None) -> str:
    """So that a person can compare it: km² where it is a large one, else m²."""
    if square_metres is None:
        return "–"
    if square_metres >= 1_000_000:
        return _("%(area)s km²", area=f"{square_metres / 1_000_000:,.2f}")
    return _("%(area)s m²", area=f"{square_metres:,.0f}" if square_metres >= 10 else f"{square_metres:,.2f}")


def last_edit(edit: dict[str, Any] | None) -> str:
    """What the other one did, for whoever came second."""
    if edit is None:
        return _("Somebody else has changed this draft in the meantime. Nothing of yours was done; please look at the new state and try again.")
    return _("%(who)s has changed this draft in the meantime (%(what)s: %(cells)s). Nothing of yours was done; please look at the new state and try again.",
             who=edit.get("by") or _("Somebody else"), what=str(OPERATIONS.get(edit["operation"], edit["operation"])),
             cells=", ".join(code[-3:] for code in edit.get("cells", [])[:6]) or "–")


def for_scripts() -> dict[str, Any]:
    """The words that the map's script says by itself."""
    return {
        # Of one cell, and of several.
        "done": [ngettext("Done: {what}. {cells} cell changed.", "Done: {what}. {cells} cells changed.", number) for number in (1, 2)],
        "operations": plain(OPERATIONS), "undone": _("The last step was taken back."),
        "nothing": _("Nothing has changed."), "chosen": _("Chosen: {name}"), "conflict": _(
            "{who} has changed this draft in the meantime ({what}: {cells}). Nothing of yours was done; please load the new state and try again."),
        "somebody": _("Somebody else"), "reload": _("Load the new state"), "failed": _("No connection; nothing was done."),
        "line": _("Press where the line shall go; it may end outside the cell. Enter or a double press finishes, Escape gives up, Backspace takes the last point back."),
        "polygon": _("Press the corners of the new cell. Enter or a double press finishes, Escape gives up, Backspace takes the last point back."),
        "vertex": _("Vertex {n} of {all}: arrow keys move it by 1 m, with Shift by 10 m; Delete removes it; Page Up and Page Down go to the next one."),
        "several": _("Press the cells to merge, once more to leave one out; Shift or Ctrl does the same at any time. Escape lets all go."),
        "middle": _("Add a vertex here"), "closer": _("Zoom in to see the vertices."), "first": _("Choose a cell first."),
        "shown": _("Shown on the map."), "closer_by": _("Zoom in"), "farther": _("Zoom out"),
    }
