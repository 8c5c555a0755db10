"""Any event that the Structs allow."""

import types
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from hypothesis import strategies as st

from latitude.core.events import KnownEvent, SessionOpened

SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=30),
    int: st.integers(0, 2**53),
    float: st.floats(0, 1e9, allow_nan=False),
    bool: st.booleans(),
    type(None): st.none(),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
RAW = JSON.map(lambda value: msgspec.Raw(msgspec.json.encode(value)))


def of(kind: Any) -> st.SearchStrategy[Any]:
    """A strategy for a field's type."""
    if kind in SCALARS:
        return SCALARS[kind]
    if kind is msgspec.Raw:
        return RAW
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, types.UnionType):
        return st.one_of([of(argument) for argument in arguments])
    if origin is tuple:
        return st.lists(of(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(st.text(max_size=5), JSON, max_size=3)
    return struct(kind)


def struct(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """A strategy for a Struct: required fields always, the others sometimes."""
    fields = msgspec.structs.fields(kind)
    required = {field.name: of(field.type) for field in fields if field.required}
    optional = {field.name: of(field.type) for field in fields if not field.required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda given: kind(**given))


KINDS = get_args(KnownEvent)
EVENTS = st.one_of([struct(kind) for kind in KINDS if kind is not SessionOpened])
OPENED = struct(SessionOpened)
