"""The commands of `flask`. What needs no records is answered without loading the database and the pages."""

from __future__ import annotations

from importlib import import_module

from click import Command, Context
from flask import Flask
from flask.cli import AppGroup

from .assess_cli import assess
from .explain_cli import explain, new, reference
from .figures_cli import figures
from .procedure_cli import procedure
from .replay_cli import replay

# Where each command is that works on the records: it is loaded when somebody asks for it.
ON_RECORDS = {
    "setup": "service_cli.setup", "clock": "service_cli.clock", "backup": "service_cli.backup",
    "restore": "service_cli.restore", "verify": "service_cli.verify", "reindex": "service_cli.reindex",
    "recount": "service_cli.recount_all", "rotate": "service_cli.rotate", "reseal": "service_cli.reseal_all",
    "reschedule": "service_cli.reschedule",
    "officer": "officer_cli.officer",
}  # fmt: skip


class Commands(AppGroup):
    """The commands, with those on the records by name only until they are wanted."""

    def list_commands(self, ctx: Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *ON_RECORDS})

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if cmd_name not in ON_RECORDS:
            return super().get_command(ctx, cmd_name)
        module, _, name = ON_RECORDS[cmd_name].partition(".")
        found: Command = getattr(import_module(f"{__package__}.{module}"), name)
        return found


def command_line() -> Flask:
    """An app with the commands and nothing else, so that they can be asked for before the service can start."""
    bare = Flask(__package__, static_folder=None, template_folder=None)
    bare.cli = Commands(procedure.name)
    bare.cli.add_command(procedure)
    return bare


for tried_out in (assess, explain, figures, new, reference, replay):
    procedure.add_command(tried_out)
