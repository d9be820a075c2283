"""The type the floors above use to hand a transaction from one repository to the next."""

from sqlalchemy import Connection

__all__ = ["Connection"]
