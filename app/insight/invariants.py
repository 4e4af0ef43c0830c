"""What must always be true, in numbers: nothing lost, nothing twice, nothing oversold."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Numbers:
    """Receipts by how they ended, the backlog (accepted, not in the inbox yet), and units reserved.

    `counted` are the receipts by a count of rows, which must equal the running totals; `reserved` is the sum over
    balances, `live_reservations` that over reservations; `ledger_off` counts balances that the ledger does not
    add up to; `oversold` counts balances with more reserved than on hand.
    """

    accepted: int
    decided: int
    quarantined: int
    duplicate: int
    dead: int
    backlog: int
    counted: int
    reserved: int
    live_reservations: int
    ledger_off: int
    oversold: int

    @property
    def nothing_lost(self) -> bool:
        """accepted = decided + quarantined + duplicate + dead + backlog, by totals and by count."""
        ended = self.decided + self.quarantined + self.duplicate + self.dead
        return self.accepted == ended + self.backlog and self.counted == ended

    @property
    def stock_adds_up(self) -> bool:
        """reserved = the sum of live reservations, the ledger recounts every balance, nothing is oversold."""
        return self.reserved == self.live_reservations and self.ledger_off == 0 and self.oversold == 0

    def as_dict(self) -> dict[str, int]:
        """All numbers by name."""
        return asdict(self)
