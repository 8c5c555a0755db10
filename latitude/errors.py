"""The exception tree, sorted by who must act.

::

    LatitudeError
    ├── UsageError            the person corrects the command, a name or a file (exit status 2)
    │   ├── ProtocolError     …a protocol, rehearsal or settings file, at a line and column
    │   └── UnknownName       …a session, model, protocol or tool that does not exist
    ├── ProviderUnavailable   the person gives a key, starts a server or corrects an address
    ├── HomeUnusable          the person makes the home writable, or makes room on the disk
    ├── RecordBroken          the person looks at a file and line that are not as they were written
    ├── SessionBusy           the person waits, or ends the process that holds the session
    ├── SessionSealed         nobody: what is closed stays closed
    └── ToolFailed            the model adapts: its text is the tool's answer, never a traceback

A message says what happened, what was kept, and what to do. ``ToolFailed`` is written for the
model; all others are written for a person.
"""


class LatitudeError(Exception):
    """The root: everything that latitude raises on purpose."""


class UsageError(LatitudeError):
    """The command, or a file that a person wrote, cannot be used as it stands."""


class ProtocolError(UsageError):
    """A YAML file of a home is malformed, untrue or changed; names file, line and column."""


class UnknownName(UsageError):
    """No session, model, protocol or tool has this name; says which ones exist."""


class ProviderUnavailable(LatitudeError):
    """A provider cannot be reached or will not have us, before anything was sent."""


class HomeUnusable(LatitudeError):
    """The home cannot be written: read-only, full, or not a home."""


class RecordBroken(LatitudeError):
    """A record is not what was written; names the file and the line."""


class SessionBusy(LatitudeError):
    """Another process is writing this session."""


class SessionSealed(LatitudeError):
    """The session was closed or left, and nothing more may be added or sent."""


class ToolFailed(LatitudeError):
    """A tool could not do what the model asked; the text goes to the model as it stands."""
