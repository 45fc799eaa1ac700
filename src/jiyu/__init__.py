"""绩语 Jiyu: performance management in dialogue."""

__version__ = "0.1.0"
