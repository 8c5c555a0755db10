"""What stands in the files: how much text, the same bytes twice, how alike, and how it looks."""

from collections.abc import Callable, Mapping

from latitude.compare.cohort import Cohort
from latitude.compare.estimators.means import mean, t_interval
from latitude.compare.figures import Column, Row, Section, Table
from latitude.compare.sections.identical import identical_tables
from latitude.compare.sections.means import T_NOTE, table_of_means
from latitude.compare.works.contents import MOST_ALIKE, MOST_WORDS, SessionRead, Written
from latitude.compare.works.looking import Looked

_AUTOMATIC = (
    "Automatic: counted in the bytes of the files that are UTF-8 text; kinds and languages are "
    "told by the endings of names, and nothing was judged."
)


def works(cohort: Cohort, looked: Looked) -> Section:
    """Figures from the bytes of all files that were left."""
    read = looked.read.sessions
    words = [
        (
            "Lines, characters and words of the files that a session left, read from the "
            "repository. A session that left none counts as nought."
        )
    ]
    if looked.unopened:
        words.append(f"Nothing could be read. {looked.unopened}")
    return Section(
        name="works",
        title="What stands in the files",
        words=tuple(words),
        tables=(
            table_of_means(
                cohort,
                "lines",
                "Lines of text a session",
                lambda one: _told(read[one.session], lambda whole: whole.lines),
                notes=(_AUTOMATIC,),
            ),
            table_of_means(
                cohort,
                "characters",
                "Characters of text a session",
                lambda one: _told(read[one.session], lambda whole: whole.characters),
                notes=(_AUTOMATIC,),
            ),
            _split(cohort, read, "lines-by-kind", "Lines by kind", SessionRead.by_kind),
            _split(cohort, read, "lines-by-language", "Lines by language", SessionRead.by_language),
            _alike(looked),
            *identical_tables(cohort),
            _every(cohort, read),
            *_unread(cohort, read),
        ),
    )


def contact_sheet(looked: Looked) -> Section | None:
    """The pictures and the beginnings of texts; ``None`` where there are none."""
    if looked.sheet is None or not looked.sheet.groups:
        return None
    shown = sum(len(made) for _, made in looked.sheet.groups)
    sessions = {picture.session for _, made in looked.sheet.groups for picture in made}
    words = (
        (
            "Pages, drawings and pictures as a browser without network drew them in a window of "
            "1,200 × 800 pixels, sounds as their wave above their spectrum, and the beginnings of "
            "other texts, as they were left at the end."
        ),
        *looked.said,
    )
    caption = f"{shown:,} files; n = {len(sessions):,} session{'' if len(sessions) == 1 else 's'}."
    return Section("sheet", "A look at what was made", words, plots=((caption, looked.sheet),))


def _told(read: SessionRead, count: Callable[[Written], int]) -> float | None:
    return float(count(read.whole)) if read.is_told else None


def _split(
    cohort: Cohort,
    read: Mapping[str, SessionRead],
    name: str,
    title: str,
    parts: Callable[[SessionRead], dict[str, Written]],
) -> Table:
    rows = []
    for group in cohort.groups:
        told = [session for session in group.sessions if read[session].is_told]
        split = {session: parts(read[session]) for session in told}
        for part in sorted({part for written in split.values() for part in written}):
            those = tuple(session for session in told if part in split[session])
            each = [split[session].get(part, Written()) for session in told]
            lines = [float(written.lines) for written in each]
            whole = sum(each, Written())
            rows.append(
                Row(
                    (
                        *(group.label, part, len(told), len(those), whole.files, whole.lines),
                        *(whole.characters, mean(lines), t_interval(lines)),
                    ),
                    those,
                )
            )
    columns = (
        Column("group", "group"),
        Column("part", title.rpartition(" ")[2]),
        Column("n", "n", "count"),
        Column("sessions", "sessions with one", "count"),
        Column("files", "files", "count"),
        Column("lines", "lines", "count"),
        Column("characters", "characters", "count"),
        Column("mean", "lines a session", "number"),
        Column("interval", "95 %", "interval"),
    )
    return Table(name, title, columns, tuple(rows), (_AUTOMATIC, T_NOTE))


def _alike(looked: Looked) -> Table:
    rows = tuple(
        Row((one.group, one.kind, len(one.sessions), one.pairs, one.mean), one.sessions)
        for one in looked.read.alike
    )
    columns = (
        Column("group", "group"),
        Column("kind", "kind"),
        Column("n", "n", "count"),
        Column("pairs", "pairs", "count"),
        Column("likeness", "mean likeness", "number"),
    )
    notes = (
        (
            "Over repeats: every two sessions of a group that left text of a kind, by the words "
            "of 3 letters or more that both used, by those that either used: one is the same "
            "words, nought is none in common. The words of markup and programs count too, so two "
            "pages are never wholly unlike."
        ),
        (
            f"Of each session the first {MOST_WORDS:,} different words of a kind, and of each "
            f"group at most {MOST_ALIKE:,} sessions, spread evenly. Pairs share sessions, so "
            "there is no interval."
        ),
    )
    return Table("alike", "Likeness of files over repeats", columns, rows, notes)


def _every(cohort: Cohort, read: Mapping[str, SessionRead]) -> Table:
    rows = []
    for group in cohort.groups:
        for session in group.sessions:
            found = read[session]
            whole, unread = found.whole, sum(found.unread.values())
            values = (whole.files, found.other, unread, whole.lines, whole.characters)
            rows.append(Row((session, group.label, *values), (session,)))
    columns = (
        Column("session", "session"),
        Column("group", "group"),
        Column("texts", "text files", "count"),
        Column("other", "other files", "count"),
        Column("unread", "not read", "count"),
        Column("lines", "lines", "count"),
        Column("characters", "characters", "count"),
    )
    return Table("texts", "The files of every session", columns, tuple(rows), (_AUTOMATIC,))


def _unread(cohort: Cohort, read: Mapping[str, SessionRead]) -> tuple[Table, ...]:
    rows = []
    for group in cohort.groups:
        reasons = {why for session in group.sessions for why in read[session].unread}
        for why in sorted(reasons):
            those = tuple(session for session in group.sessions if why in read[session].unread)
            files = sum(read[session].unread[why] for session in those)
            rows.append(Row((group.label, why, len(those), files), those))
    columns = (
        Column("group", "group"),
        Column("why", "why"),
        Column("n", "n", "count"),
        Column("files", "files", "count"),
    )
    note = (
        "A session stands above with what was read of it, which is too little; one of whose files "
        "the bytes are lost is left out of the means."
    )
    return (Table("unread", "Files that were not read", columns, tuple(rows), (note,)),) * bool(
        rows
    )
