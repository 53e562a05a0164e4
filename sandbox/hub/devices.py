"""Customers' devices as the hub last heard of them.

In: a serial, a customer or a location. Out: whether it is online and since when, its last boot, its
signal, its WiFi clients. What a device cannot know while it is away (signal, clients, uptime) is null or
empty: a reading must never be passed off as today's. A device behind a port without light, or behind none,
is offline; one that was made known before anybody plugged it in has neither booted nor informed yet.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from sandbox.bearer import Refusal

INFORM_INTERVAL = timedelta(minutes=5)
BOOT_TIME = timedelta(seconds=2)
FIRST_CONTACT = timedelta(seconds=60)
"""How long after a box was made known somebody plugs it in."""

_SELECT = (
    "SELECT d.serial, d.customer, d.location, d.type, d.model, d.mac, d.olt, d.port, d.plugged_in, d.since,"
    " d.last_boot, d.boots_at, d.rx_dbm, d.tx_dbm, d.wifi, d.dids, d.fault, p.enabled, p.changed_at"
    " FROM hub_devices d LEFT JOIN hub_ports p ON p.olt = d.olt AND p.port = d.port"
)


@dataclass(frozen=True)
class Device:
    """One device, its state derived for one moment."""

    serial: str
    customer: str | None
    location: str | None
    type: str
    model: str
    mac: str
    olt: str | None
    port: str | None
    online: bool
    since: datetime
    last_boot: datetime | None
    last_inform: datetime | None
    rx_dbm: float | None
    tx_dbm: float | None
    wifi: dict[str, object] | None
    dids: list[str] | None
    fault: dict[str, str] | None

    def wire(self, now: datetime) -> dict[str, object]:
        """The device as JSON values at `now`."""
        # A company whose clock was set before the device's last boot has known it for no time at all.
        uptime = max(0, int((now - self.last_boot).total_seconds())) if self.online and self.last_boot else None
        wifi = {**self.wifi, "clients": []} if self.wifi and not self.online else self.wifi
        return {
            "serial": self.serial,
            "customer": self.customer,
            "location": self.location,
            "type": self.type,
            "model": self.model,
            "mac": self.mac,
            "online": self.online,
            "since": _iso(self.since),
            "last_boot": _iso(self.last_boot) if self.last_boot else None,
            "last_inform": _iso(self.last_inform) if self.last_inform else None,
            "uptime_seconds": uptime,
            "rx_dbm": self.rx_dbm if self.online else None,
            "tx_dbm": self.tx_dbm if self.online else None,
            "olt": self.olt,
            "port": self.port,
            "wifi": wifi,
            "dids": self.dids,
        }


def find_device(connection: sqlite3.Connection, serial: str, now: datetime) -> Device:
    """The device; Refusal 404 when the hub never heard of it."""
    row = connection.execute(f"{_SELECT} WHERE d.serial = ?", (serial,)).fetchone()
    if row is None:
        raise Refusal(404, "unknown_device", f"No device {serial}.")
    return _derive(row, now)


def list_devices(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    serials: tuple[str, ...] = (),
    customer: str | None = None,
    location: str | None = None,
    mac: str | None = None,
) -> list[Device]:
    """The devices that fit every filter given, and bear any of the serials, by location and serial."""
    rows = connection.execute(
        f"{_SELECT} WHERE (?1 IS NULL OR d.serial IN (SELECT value FROM json_each(?1)))"  # noqa: S608 (constant columns)
        " AND (?2 IS NULL OR d.customer = ?2)"
        " AND (?3 IS NULL OR d.location = ?3) AND (?4 IS NULL OR d.mac = ?4) ORDER BY d.location, d.serial",
        (json.dumps(serials) if serials else None, customer, location, mac),
    ).fetchall()
    return [_derive(row, now) for row in rows]


def introduce(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    serial: str,
    kind: str,
    mac: str = "",
    model: str = "",
    customer: str | None,
    location: str | None,
) -> None:
    """Make a box known before it was ever heard of; it comes on FIRST_CONTACT later, if its port gives light."""
    port = connection.execute("SELECT olt, port FROM hub_ports WHERE location = ?", (location,)).fetchone()
    signal = (round(-15 - crc32(serial.encode()) % 80 / 10, 1), 2.4) if kind == "ONT" else (None, None)
    connection.execute(
        "INSERT INTO hub_devices (serial, customer, location, type, model, mac, olt, port, plugged_in, since,"
        " boots_at, rx_dbm, tx_dbm, dids) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
        (
            *(serial, customer, location, kind, model, mac),
            *(port or (None, None)),
            *(_iso(now), _iso(now + FIRST_CONTACT)),
            *signal,
            "[]" if kind == "ATA" else None,
        ),
    )


def begin_reboot(connection: sqlite3.Connection, device: Device, now: datetime) -> None:
    """Send the device down; it is back, and its last boot moved, after BOOT_TIME."""
    connection.execute(
        "UPDATE hub_devices SET last_boot = ?, boots_at = ? WHERE serial = ?",
        (_iso(device.last_boot or now), _iso(now + BOOT_TIME), device.serial),
    )


def set_plugged_in(connection: sqlite3.Connection, serial: str, now: datetime, *, plugged_in: bool) -> None:
    """Plug the device in or pull its plug: the subscriber's hand, not the hub's."""
    known = find_device(connection, serial, now)
    connection.execute(
        "UPDATE hub_devices SET plugged_in = ?, since = ?, last_boot = ?, boots_at = NULL WHERE serial = ?",
        (plugged_in, _iso(now), _iso(now if plugged_in else known.last_boot or now), serial),
    )


def _derive(row: tuple[Any, ...], now: datetime) -> Device:
    serial, customer, location, kind, model, mac, olt, port = row[:8]
    plugged_in, since, last_boot, boots_at, rx, tx, wifi, dids, fault, enabled, port_changed = row[8:]
    boot, state_since = _moment(last_boot) if last_boot else None, _moment(since)
    online = bool(plugged_in) and bool(enabled)
    if boots_at is not None and now >= _moment(boots_at):
        boot = _moment(boots_at)
        state_since = max(state_since, boot)
    elif boots_at is not None:
        online = False
        state_since = _moment(boots_at) - BOOT_TIME if boot else state_since
    if plugged_in and port_changed is not None:
        state_since = max(state_since, _moment(port_changed))
    return Device(
        serial=serial,
        customer=customer,
        location=location,
        type=kind,
        model=model,
        mac=mac,
        olt=olt,
        port=port,
        online=online,
        since=state_since,
        last_boot=boot,
        last_inform=_last_inform(serial, boot, now) if online and boot else state_since if boot else None,
        rx_dbm=rx,
        tx_dbm=tx,
        wifi=json.loads(wifi) if wifi else None,
        dids=json.loads(dids) if dids else None,
        fault=json.loads(fault) if fault else None,
    )


def _last_inform(serial: str, boot: datetime, now: datetime) -> datetime:
    """Devices inform at boot and every INFORM_INTERVAL, each at a second of its own."""
    period = INFORM_INTERVAL.total_seconds()
    phase = crc32(serial.encode()) % period
    regular = now - timedelta(seconds=(now.timestamp() - phase) % period)
    return max(boot, regular) if boot <= now else regular


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
