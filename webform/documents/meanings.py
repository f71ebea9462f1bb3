"""What the keys of a table mean: the words that stand under each field in the source of its schema.

Read when somebody asks. pydantic would read them at every start of the service, where nobody does.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise

from pydantic import BaseModel


def meanings(model: type[BaseModel]) -> dict[str, str]:
    """The meaning of each key, as documents write it; keys of the tables that it is made from included."""
    said: dict[str, str] = {}
    for table in reversed(model.__mro__):
        if issubclass(table, BaseModel) and table is not BaseModel:
            said |= _under_fields(table)
    return {field.alias or name: said[name] for name, field in model.model_fields.items() if name in said}


def _under_fields(table: type[BaseModel]) -> dict[str, str]:
    """The strings right below the fields of a class, by the field's name."""
    (written,) = ast.parse(textwrap.dedent(inspect.getsource(table))).body
    lines = written.body if isinstance(written, ast.ClassDef) else []
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in pairwise(lines)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
    }
