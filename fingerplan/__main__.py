"""Lets `python -m fingerplan` stand in for the installed command."""

from fingerplan.cli import app

app(prog_name="fingerplan")
