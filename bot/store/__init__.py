"""Memory: the only place that knows SQLAlchemy."""

from bot.store.away import Away
from bot.store.engine import make_engine
from bot.store.store import Store
from bot.store.work import Consequences, Moments, Work

__all__ = ["Away", "Consequences", "Moments", "Store", "Work", "make_engine"]
