"""latitude: open time for a language model, and an honest record of it."""

__version__ = "0.1.0"
