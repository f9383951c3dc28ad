"""Put off the import of a module until something in it is used, or leave it out of another's import."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


class _Later(ModuleType):
    """Stands in for a module until one of its names is looked up."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        sys.modules.pop(self.__name__, None)
        return getattr(importlib.import_module(self.__name__), name)


def import_later(*names: str) -> None:
    """Make the next import of each module free; one that is already imported stays.

    The standard library's LazyLoader is no help here: it loads a module as soon as a second one imports it.
    """
    for name in names:
        sys.modules.setdefault(name, _Later(name))


@contextmanager
def left_out(name: str) -> Iterator[None]:
    """Let the imports of the block find an optional module not installed; one that is already imported stays."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment] # which is how an import is refused
    try:
        yield
    finally:
        del sys.modules[name]
