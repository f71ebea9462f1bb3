"""The bare peer: the same pages written the plain way with Flask, Flask-WTF and Flask-SQLAlchemy.

It shows the same questions, one page after the other, through the same GOV.UK macros in a layout of the same parts.
Each request reads the draft's row, each POST writes it as durably. It has no conditions, no groups, no sealing, no
limits, no headers, no way to save and come back, and knows a date from a text only by its label.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from flask import Flask, abort, redirect, render_template, session
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from sqlalchemy import JSON, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired, Length, Optional

from webform.documents.form import Question
from webform.records import store
from webform.web.fields import FIELDS

from .walk import Step

HERE = Path(__file__).parent
DURABLE = store.PRAGMAS  # the store prepares every SQLite engine of its process: the same durability
DATABASE = "PEER_DATABASE"
YES_NO = [("yes", "Yes"), ("no", "No")]


class Base(DeclarativeBase):
    """What the one table is made from."""


class Draft(Base):
    """One row a visitor."""

    __tablename__ = "draft"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)


db = SQLAlchemy(model_class=Base)


def peer(way: tuple[Step, ...], database: str = "") -> Flask:
    """The app, with a page for each step of the way."""
    app = Flask("peer")
    app.config.update(SECRET_KEY="bare", SQLALCHEMY_DATABASE_URI=database or os.environ[DATABASE])
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([FileSystemLoader(HERE / "templates"), govuk])
    forms = {step.address: form_of(step) for step in way}
    after = dict(zip(forms, [*list(forms)[1:], "/form/check"], strict=True))
    db.init_app(app)
    with app.app_context():
        db.create_all()

    @app.route("/begin", methods=["POST"])
    def begin() -> ResponseReturnValue:
        session["draft"] = secrets.token_hex(16)
        db.session.add(Draft(key=session["draft"], answers={}))
        db.session.commit()
        return redirect(way[0].address, 303)

    @app.route("/form/<path:where>", methods=["GET", "POST"])
    def page(where: str) -> ResponseReturnValue:
        address = f"/form/{where}"
        draft = db.session.scalar(select(Draft).where(Draft.key == session.get("draft", "")))
        if draft is None or address not in forms:
            abort(404)
        form = forms[address](data=draft.answers.get(address))
        if form.validate_on_submit():
            given = {name: value for name, value in form.data.items() if name != "csrf_token"}
            draft.answers = {**draft.answers, address: given}
            db.session.commit()
            return redirect(after[address], 303)
        number = list(forms).index(address)
        back = list(forms)[number - 1] if number else "/"
        return render_template("page.html", form=form, back=back, section=number + 1, of=len(forms))

    @app.get("/<any(privacy, cookies, accessibility):name>")
    def notice(name: str) -> ResponseReturnValue:
        return name

    return app


def form_of(step: Step) -> type[FlaskForm]:
    """The form class that somebody would write for the page."""
    fields = {name: field for question in step.questions for name, field in fields_of(question).items()}
    return type("PageForm", (FlaskForm,), fields)


def fields_of(question: Question) -> dict[str, UnboundField[Any]]:
    """The fields of a question, under the names of its inputs."""
    name, label = question.id, question.label
    told = {"label": label, "description": question.hint}
    needed = [InputRequired()] if question.required else [Optional()]
    match question.type:
        case "radios" | "score" | "yes-no":
            options = [(option.value, option.label) for option in question.options] or YES_NO
            return {name: RadioField(choices=options, validators=needed, **told)}
        case "group":
            return {"add-another": RadioField(choices=YES_NO, validators=needed, **told)}
        case "checkboxes" | "declaration":
            options = [(option.value, option.label) for option in question.options] or [("yes", label)]
            return {name: SelectMultipleField(choices=options, validators=[Optional()], **told)}
        case "textarea":
            return {name: TextAreaField(validators=[*needed, Length(max=20000)], **told)}
        case "date" | "approximate-date" | "address":
            return {f"{name}-{part}": StringField(part) for part in FIELDS[question.type].parts}
        case _:
            return {name: StringField(validators=[*needed, Length(max=500)], **told)}
