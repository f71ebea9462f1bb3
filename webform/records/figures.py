"""Where each case stands in each figure, kept as documents are filed: so counting opens no case.

It all follows from the documents and can be worked out anew (cases/figures.py, `flask verify`). Nothing of it is
personal.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from .store import Base


class FigureDay(Base):
    """A day on which a case counts for a figure; or, where it is not `certain`, perhaps counts: on any day, if none is
    given."""

    __tablename__ = "figure_days"
    __table_args__ = (
        Index("ix_figure_days_area", "area", "day", "figure", "certain"),
        Index("ix_figure_days_case_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    area: Mapped[str] = mapped_column(String(60))
    figure: Mapped[str] = mapped_column(String(60))
    day: Mapped[dt.date | None]
    certain: Mapped[bool] = mapped_column(default=True)
