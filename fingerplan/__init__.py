"""The warehouse of Fingerplanen: what was promised, what is realised, and whether the totals add up."""

__version__ = "0.2.0"
