"""How often one address may ask. Generous, because a library or a mobile network is one address for many people."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

BEGINS = "300 per hour"
SAVES = "240 per minute"
RESUMES = "30 per hour"
MAILS = "20 per hour"
PAPERS = "120 per hour"

limiter = Limiter(get_remote_address, headers_enabled=False)
