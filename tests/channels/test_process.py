"""The command as a process: through pipes, and at a real (pseudo) terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
SCRIPTED = Path(__file__).with_name("scripted_targo.py")
PATIENCE_SECONDS = 30


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}{os.pathsep}{SCRIPTED.parent}",
        "TARGO_DATA_DIR": str(tmp_path / "data"),
        "HOME": str(tmp_path),
        "TERM": "xterm-256color",
        "LANG": "fr_CA.UTF-8",
    }


def targo(
    environment: dict[str, str], *arguments: str, stdin: bytes = b"", cwd: str = "/"
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-W", "error", str(SCRIPTED), *arguments],
        input=stdin,
        env=environment,
        cwd=cwd,
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_a_pipe_gets_plain_text_and_exit_code_zero(environment: dict[str, str]) -> None:
    done = targo({**environment, "FORCE_COLOR": "1"}, stdin="solde de Gagné\nFin\n".encode())
    assert done.stdout.decode() == "Heard: solde de Gagné\n\nHeard: Fin\n"
    assert done.returncode == 0
    assert done.stderr == b""


def test_a_pipe_survives_bytes_that_are_no_text(environment: dict[str, str]) -> None:
    done = targo(environment, "chat", stdin=b"Gagn\xe9\nFin\n")
    assert done.stdout.decode().splitlines() == ["Heard: Gagn\ufffd", "", "Heard: Fin"]
    assert done.returncode == 0


def test_a_stream_without_accents_is_no_obstacle(environment: dict[str, str]) -> None:
    done = targo({**environment, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}, "ask", "Gagné")
    assert done.returncode == 0
    assert b"Heard: Gagn" in done.stdout


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fr_CA.UTF-8", "L'agent des opérations"), ("en_CA.UTF-8", "The operations agent")],
)
def test_help_speaks_the_terminals_language(environment: dict[str, str], language: str, sentence: str) -> None:
    assert sentence in targo({**environment, "LANG": language}, "--help").stdout.decode()


class PseudoTerminal:
    """A terminal at which a test types, and reads what is shown."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._own, theirs = pty.openpty()
        self.process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, str(SCRIPTED)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            cwd="/",
            start_new_session=True,
        )
        os.close(theirs)
        self.shown = ""
        self._read = 0

    def read_until(self, awaited: str) -> None:
        """Read on from what was awaited last until the text shows; a prompt that asks for the cursor gets an answer."""
        while awaited not in self.shown[self._read :]:
            ready, _, _ = select.select([self._own], [], [], PATIENCE_SECONDS)
            assert ready, f"{awaited!r} did not show in {self.shown[self._read :]!r}"
            piece = os.read(self._own, 65536).decode(errors="replace")
            self.shown += piece
            if "\x1b[6n" in piece:
                self.type("\x1b[1;1R")
        self._read = self.shown.index(awaited, self._read) + len(awaited)

    def type(self, keys: str) -> None:
        os.write(self._own, keys.encode())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._own)


@pytest.fixture
def terminal(environment: dict[str, str]) -> Iterator[PseudoTerminal]:
    opened = PseudoTerminal(environment)
    yield opened
    opened.close()


def test_a_session_at_a_terminal(terminal: PseudoTerminal) -> None:
    terminal.read_until("moteur local · ")
    assert "Aucun modèle de langue n'est configuré" in terminal.shown
    terminal.type("bonjour\r")
    terminal.read_until("Heard: bonjour")
    terminal.read_until("›")
    terminal.type("\x04")
    assert terminal.process.wait(PATIENCE_SECONDS) == 0


def test_control_c_at_a_terminal_leaves_the_turn(terminal: PseudoTerminal) -> None:
    terminal.read_until("›")
    terminal.type("wait\r")
    terminal.read_until("Un instant")
    terminal.process.send_signal(signal.SIGINT)
    terminal.read_until("Tour abandonné.")
    terminal.read_until("›")
    terminal.type("encore\r")
    terminal.read_until("Heard: encore")
    terminal.read_until("›")
    terminal.type("\x04")
    assert terminal.process.wait(PATIENCE_SECONDS) == 0


def test_the_sandbox_prints_the_settings_with_which_it_is_reached(environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPTED), "sandbox", "--data", str(tmp_path / "world")]
    serving = subprocess.Popen(  # noqa: S603 - our own script
        command, env=environment, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert serving.stdout is not None
        printed = dict(serving.stdout.readline().strip().split("=", 1) for _ in range(11))
        key, secret = printed["TARGO_ERPNEXT_KEY"], printed["TARGO_ERPNEXT_SECRET"]
        customer = httpx.get(
            f"{printed['TARGO_ERPNEXT_URL']}/api/resource/Customer/C-10018",
            headers={"Authorization": f"token {key}:{secret}"},
        )
        assert customer.json()["data"]["customer_name"] == "Martin Gagné"
        ports = httpx.get(
            f"{printed['TARGO_HUB_URL']}/v1/ports?customer=C-10018",
            headers={"Authorization": f"Bearer {printed['TARGO_HUB_TOKEN']}"},
        )
        assert ports.status_code == 200
        for system, path in (("PBX", "lines/4508252100"), ("E911", "registrations/4508252100")):
            answer = httpx.get(
                f"{printed[f'TARGO_{system}_URL']}/v1/{path}",
                headers={"Authorization": f"Bearer {printed[f'TARGO_{system}_TOKEN']}"},
            )
            assert answer.json()["did"] == "4508252100"
        cards = httpx.get(
            f"{printed['TARGO_STRIPE_URL']}/v1/customers/cus_demo_10005/payment_methods",
            headers={"Authorization": f"Bearer {printed['TARGO_STRIPE_KEY']}"},
        )
        assert cards.json()["data"][0]["card"]["last4"] == "4242"
        serving.send_signal(signal.SIGINT)
        _, said = serving.communicate(timeout=PATIENCE_SECONDS)
    finally:
        serving.kill()
        serving.wait()
    assert serving.returncode == 0
    assert "Le monde de démonstration est arrêté." in said


def test_a_sandbox_file_that_is_damaged_is_one_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "demo.sqlite").write_text("no database")
    done = targo(environment, "sandbox", "--data", str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.decode().count("\n") == 1
    assert str(tmp_path / "demo.sqlite") in done.stderr.decode()


def test_a_port_in_use_is_one_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = targo(environment, "sandbox", "--data", str(tmp_path), "--port", str(port))
    assert done.returncode == 1
    assert str(port) in done.stderr.decode()
    assert b"Traceback" not in done.stderr
