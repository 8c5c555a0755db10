"""When a person has checked out ``main``, their files follow it."""

from latitude.artifacts.door import Door, GitFailed


def follow(door: Door, old: str, new: str, *, force_index: bool = False) -> None:
    """Bring a checkout of ``main`` from commit ``old`` to ``new``, as a fast-forward would.

    Without a checkout nothing happens. What the person has changed is never touched: where it is
    in the way, their files stay as they are. ``force_index`` then at least takes the old names out
    of git's index, which would keep the objects of a forgotten session alive.
    """
    if not _is_checked_out(door):
        return
    place = {"GIT_WORK_TREE": str(door.root)}
    try:
        door.run("read-tree", "-m", "-u", old, new, env=place)
    except GitFailed:
        if force_index:
            door.run("read-tree", new, env=place)


def _is_checked_out(door: Door) -> bool:
    if not (door.git_dir / "index").exists():
        return False
    head = (door.git_dir / "HEAD").read_text(encoding="utf-8", errors="replace")
    return head.strip() == "ref: refs/heads/main"
