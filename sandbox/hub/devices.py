"""Customers' devices as the hub last heard of them.

In: a serial, a customer or a location. Out: whether it is online and since when, its last boot, its
signal, its WiFi clients. What a device cannot know while it is away (signal, clients, uptime) is null or
empty: a reading must never be passed off as today's. A device behind a port without light is offline.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from sandbox.hub.errors import HubRefusal

INFORM_INTERVAL = timedelta(minutes=5)
BOOT_TIME = timedelta(seconds=2)

_SELECT = (
    "SELECT d.serial, d.customer, d.location, d.type, d.model, d.mac, d.olt, d.port, d.plugged_in, d.since,"
    " d.last_boot, d.boots_at, d.rx_dbm, d.tx_dbm, d.wifi, d.fault, p.enabled, p.changed_at"
    " FROM hub_devices d LEFT JOIN hub_ports p ON p.olt = d.olt AND p.port = d.port"
)


@dataclass(frozen=True)
class Device:
    """One device, its state derived for one moment."""

    serial: str
    customer: str
    location: str
    type: str
    model: str
    mac: str
    olt: str
    port: str
    online: bool
    since: datetime
    last_boot: datetime
    last_inform: datetime
    rx_dbm: float | None
    tx_dbm: float | None
    wifi: dict[str, object] | None
    fault: dict[str, str] | None

    def wire(self, now: datetime) -> dict[str, object]:
        """The device as JSON values at `now`."""
        # A company whose clock was set before the device's last boot has known it for no time at all.
        uptime = max(0, int((now - self.last_boot).total_seconds())) if self.online else None
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
            "last_boot": _iso(self.last_boot),
            "last_inform": _iso(self.last_inform),
            "uptime_seconds": uptime,
            "rx_dbm": self.rx_dbm if self.online else None,
            "tx_dbm": self.tx_dbm if self.online else None,
            "olt": self.olt,
            "port": self.port,
            "wifi": wifi,
        }


def find_device(connection: sqlite3.Connection, serial: str, now: datetime) -> Device:
    """The device; HubRefusal 404 when the hub never heard of it."""
    row = connection.execute(f"{_SELECT} WHERE d.serial = ?", (serial,)).fetchone()
    if row is None:
        raise HubRefusal(404, "unknown_device", f"No device {serial}.")
    return _derive(row, now)


def list_devices(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    serial: str | None = None,
    customer: str | None = None,
    location: str | None = None,
) -> list[Device]:
    """The devices that fit every filter given, by location and serial."""
    rows = connection.execute(
        f"{_SELECT} WHERE (?1 IS NULL OR d.serial = ?1) AND (?2 IS NULL OR d.customer = ?2)"
        " AND (?3 IS NULL OR d.location = ?3) ORDER BY d.location, d.serial",
        (serial, customer, location),
    ).fetchall()
    return [_derive(row, now) for row in rows]


def begin_reboot(connection: sqlite3.Connection, device: Device, now: datetime) -> None:
    """Send the device down; it is back, and its last boot moved, after BOOT_TIME."""
    connection.execute(
        "UPDATE hub_devices SET last_boot = ?, boots_at = ? WHERE serial = ?",
        (_iso(device.last_boot), _iso(now + BOOT_TIME), device.serial),
    )


def set_plugged_in(connection: sqlite3.Connection, serial: str, now: datetime, *, plugged_in: bool) -> None:
    """Plug the device in or pull its plug: the subscriber's hand, not the hub's."""
    known = find_device(connection, serial, now)
    connection.execute(
        "UPDATE hub_devices SET plugged_in = ?, since = ?, last_boot = ?, boots_at = NULL WHERE serial = ?",
        (plugged_in, _iso(now), _iso(now if plugged_in else known.last_boot), serial),
    )


def _derive(row: tuple[Any, ...], now: datetime) -> Device:
    serial, customer, location, kind, model, mac, olt, port = row[:8]
    plugged_in, since, last_boot, boots_at, rx, tx, wifi, fault, enabled, port_changed = row[8:]
    boot, state_since = _moment(last_boot), _moment(since)
    online = bool(plugged_in) and enabled != 0
    if boots_at is not None and now >= _moment(boots_at):
        boot = _moment(boots_at)
        state_since = max(state_since, boot)
    elif boots_at is not None:
        online, state_since = False, _moment(boots_at) - BOOT_TIME
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
        last_inform=_last_inform(serial, boot, now) if online else state_since,
        rx_dbm=rx,
        tx_dbm=tx,
        wifi=json.loads(wifi) if wifi else None,
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
