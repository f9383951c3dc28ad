"""Put off the import of a module until something in it is used."""

import importlib
import sys
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
