"""The small company of these tests."""

from tests.companies import a_company

__all__ = ["a_company"]
