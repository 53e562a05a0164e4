"""How strong the light at a customer's is: the limits of a GPON receiver, and what a power within or beyond them means.

The limits are those of a class B+ network (28 dB of loss) at 2.488 Gbit/s down and 1.244 up, from Recommendation
ITU-T G.984.2, Amendment 1 (2006-02), kept in its later editions: the customer's ONT has to hear from -27 dBm
(sensitivity) to -8 dBm (overload).
"""

from __future__ import annotations

from agent.reply import Tone

RX_SENSITIVITY_DBM = -27.0
RX_OVERLOAD_DBM = -8.0
RX_WEAK_DBM = RX_SENSITIVITY_DBM + 2.0
"""Ours: two dB above the sensitivity are no margin for a connector that ages."""


def verdict(rx_dbm: float | None) -> tuple[str, Tone]:
    """What a received power, in dBm, means: the key of its word under ``signal`` and a tone; None is not measured."""
    if rx_dbm is None:
        return "unknown", "warning"
    if rx_dbm > RX_OVERLOAD_DBM:
        return "too_strong", "bad"
    if rx_dbm < RX_SENSITIVITY_DBM:
        return "too_weak", "bad"
    return ("weak", "warning") if rx_dbm < RX_WEAK_DBM else ("good", "good")
