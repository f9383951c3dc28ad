"""Leave modules out of an import until something is looked up in them."""

import importlib
import sys
from types import ModuleType


class _Later(ModuleType):
    """Stands for a module, and makes way for it at the first look."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        sys.modules.pop(self.__name__, None)
        return getattr(importlib.import_module(self.__name__), name)


def import_later(*names: str) -> None:
    """Let the next import of each module cost nothing; one that is there already stays.

    The standard library's LazyLoader does not do here: it loads as soon as a second module imports the first.
    """
    for name in names:
        sys.modules.setdefault(name, _Later(name))
