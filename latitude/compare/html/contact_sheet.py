"""A contact sheet: what was made, small, as pictures that cannot do anything."""

import base64

from latitude.compare.figures import Picture, Sheet
from latitude.compare.html.markup import Markup, tag, text
from latitude.compare.words import label

MEDIA_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"})
"""Shown as pictures: within ``<img>`` none of these runs a script or asks for anything."""
LARGEST = 1_500_000
"""Bytes of one picture; a larger one is named, not shown."""
LONGEST_EXCERPT = 600
"""Characters."""


def contact_sheet(sheet: Sheet) -> Markup:
    """Return all groups, each headed by its name and how many things it holds."""
    groups = [
        tag(
            "div",
            {"class": "group"},
            tag("h3", None, label(named), " ", tag("span", {"class": "count"}, f"{len(made):,}")),
            tag("ul", {"class": "pictures"}, *(_picture(picture) for picture in made)),
        )
        for named, made in sheet.groups
    ]
    return tag("div", None, *groups)


def _picture(picture: Picture) -> Markup:
    return tag(
        "li",
        None,
        _seen(picture),
        tag("span", {"class": "label"}, label(picture.label)),
        tag("span", {"class": "path"}, label(picture.path)),
        tag("code", None, label(picture.session)),
    )


def _seen(picture: Picture) -> Markup:
    if picture.data and picture.media_type in MEDIA_TYPES and len(picture.data) <= LARGEST:
        data = base64.b64encode(picture.data).decode()
        named = f"{label(picture.label)}: {label(picture.path)}"
        source = f"data:{picture.media_type};base64,{data}"
        return tag("img", {"src": source, "alt": named})
    said = picture.said or _why_not(picture)
    cut = said if len(said) <= LONGEST_EXCERPT else f"{said[:LONGEST_EXCERPT]} …"
    return tag("div", {"class": "excerpt"}, tag("div", None, text(cut)))


def _why_not(picture: Picture) -> str:
    if not picture.data:
        return "There is no picture of this."
    if picture.media_type not in MEDIA_TYPES:
        return "This is no picture that can be shown here."
    return f"A picture of {len(picture.data) / 1e6:.1f} MB: too large to be shown here."
