"""Who acts. Every service, selector and policy takes one; there is no anonymous write and no superuser."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class GrantView:
    """A role held now: `role` is a stable key ("hr"), `unit_id` its scope (None: the whole company)."""

    role: str
    unit_id: UUID | None = None


@dataclass(frozen=True)
class Actor:
    """A person with the roles held now, or the system acting for a stated reason."""

    person_id: UUID | None
    grants: tuple[GrantView, ...] = ()
    account_id: UUID | None = None
    reason: str = ""  # why the system acts; empty for people
    name: str = field(default="", compare=False)  # of an account without a person; the organisation names persons

    @classmethod
    def system(cls, reason: str) -> Actor:
        """The product itself, for a reason that goes into the audit."""
        if not reason:
            raise ValueError("a system actor says why it acts")
        return cls(person_id=None, reason=reason)

    @property
    def is_system(self) -> bool:
        """True when the product acts, not a person."""
        return bool(self.reason)

    def has_role(self, *roles: str) -> bool:
        """Whether one of `roles` is held, in whatever scope."""
        return any(grant.role in roles for grant in self.grants)

    def may(self, permission: str) -> bool:
        """Whether a role held now carries `permission` at all (scope is the policy's question)."""
        from jiyu.core import policy

        return policy.may(self, permission)
