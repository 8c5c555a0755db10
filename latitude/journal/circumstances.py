"""What a person should know of a session's circumstances wherever it is shown."""

from latitude.core.spec import Conditions, ProtocolUsed

NETWORK = "network allowed"


def protocol_label(protocol: ProtocolUsed, conditions: Conditions) -> str:
    """Return the protocol's name, and that commands could reach the network where they could."""
    return protocol.name if conditions.network == "off" else f"{protocol.name} · {NETWORK}"


def withheld_lines(conditions: Conditions) -> tuple[str, ...]:
    """Say of each tool that the protocol names and the model was not offered why, and the cure."""
    return tuple(
        f"{one.tool} is not offered to the model. {one.why} {one.cure}".strip()
        for one in conditions.withheld
    )
