#!/usr/bin/env python3
"""Runs the text cases: commands in, output out, without recompiling.

Usage: run.py THB [CASE.test ...]      (all of tests/cases where none is named)

A case is a file of blocks, each opened by a line that starts with "== ":

  == about TEXT           what the case shows
  == needs reference      skipped where THB_REFERENCE_DIR is not set (a failure under CI=true)
  == needs postgres       skipped where THB_TEST_POSTGRES is not set (a failure under CI=true);
                          $POSTGRES is the address of a database of the case's own
  == needs demo           $DEMO is the folder of `thb demo`, made once for the whole run: read only
  == needs glotip         $GLOTIP is a database of the GLOTIP workbook, made once: read only
  == file NAME            the lines that follow are written to NAME in the case's own folder
  == run COMMAND          a shell line in that folder; `thb` is the program, $REF the reference data
  == exit N               the status expected of the command (0 unless said)
  == stdout | stderr      the lines that follow are exactly what the command prints there
  == stdout has | stderr has      each line that follows occurs in what it prints
  == stdout lacks | stderr lacks  no line that follows occurs

The clock is 2022-12-19, the language of messages English. tests/cases/tools/ is on the path: small
commands for the cases, each with a line on its use. Two cases run at a time.
"""
import concurrent.futures
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

TOOLS = pathlib.Path(__file__).resolve().parent / "tools"
AT_A_TIME = 2
SECONDS = 300


class Failure(Exception):
    pass


class Skipped(Exception):
    pass


def blocks(path):
    head, body, line_number = None, [], 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("== "):
            if head:
                yield head, body, line_number
            head, body, line_number = line[3:].strip(), [], number
        elif head:
            body.append(line)
    if head:
        yield head, body, line_number


def trimmed(body):
    """Without the empty lines that set blocks apart."""
    while body and not body[-1].strip():
        body = body[:-1]
    return body


def environment(thb, reference):
    program = pathlib.Path(thb).resolve()
    return dict(os.environ, SOURCE_DATE_EPOCH="1671436800", LC_ALL="C.UTF-8", THB=str(program),
                PATH=f"{TOOLS}:{os.environ['PATH']}", REF=reference, PYTHONDONTWRITEBYTECODE="1")


def shell(command, folder, variables):
    return subprocess.run(["bash", "-c", command], cwd=folder, env=variables, text=True,
                          errors="replace", capture_output=True, stdin=subprocess.DEVNULL,
                          timeout=SECONDS, check=False)


class Shared:
    """What several cases read and none writes, made when first asked for."""

    RECIPES = {"demo": "thb demo demo", "glotip": 'thb import "$REF/unodc/data_glotip.xlsx" --db glotip'}

    def __init__(self, thb, reference):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="thb-cases-"))
        self.variables = environment(thb, reference)
        self.locks = {name: threading.Lock() for name in self.RECIPES}
        self.made = {}

    def get(self, name):
        with self.locks[name]:
            if name not in self.made:
                result = shell(self.RECIPES[name], self.folder, self.variables)
                failed = result.returncode != 0 and f"{result.returncode}\n{result.stderr}"
                self.made[name] = failed, self.digest(name)
        failed, _ = self.made[name]
        if failed:
            raise Failure(f"needs {name}: `{self.RECIPES[name]}` exits {failed}")
        return str(self.folder / name)

    def digest(self, name):
        path = self.folder / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        return {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in files if f.is_file()}

    def written_to(self):
        return [name for name, (_, digest) in self.made.items() if self.digest(name) != digest]

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Case:
    def __init__(self, path, thb, shared):
        self.path = path
        self.shared = shared
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="thb-case-"))
        self.variables = environment(thb, os.environ.get("THB_REFERENCE_DIR", ""))
        self.result = None
        self.expected_exit = 0
        self.where = ""
        self.postgres = None

    def close(self):
        if self.postgres:
            shell(f'psql -q "$THB_TEST_POSTGRES" -c "DROP DATABASE IF EXISTS {self.postgres}"',
                  self.folder, self.variables)
        shutil.rmtree(self.folder, ignore_errors=True)

    def need(self, name):
        if name == "demo":
            self.variables["DEMO"] = self.shared.get("demo")
            return
        variable = "THB_TEST_POSTGRES" if name == "postgres" else "THB_REFERENCE_DIR"
        if not os.environ.get(variable):
            if os.environ.get("CI") == "true":
                raise Failure(f"{self.path}: {variable} is not set")
            raise Skipped
        if name == "glotip":
            self.variables["GLOTIP"] = self.shared.get("glotip")
        elif name == "postgres":
            self.own_postgres()

    def own_postgres(self):
        server = os.environ["THB_TEST_POSTGRES"]
        self.postgres = "thb_" + self.folder.name.rpartition("-")[2].lower()
        made = shell(f'psql -q "$THB_TEST_POSTGRES" -c "CREATE DATABASE {self.postgres}"',
                     self.folder, self.variables)
        if made.returncode != 0:
            raise Failure(f"{self.path}: {made.stderr}")
        start, _, rest = server.partition("?")
        address = start.rpartition("/")[0] + "/" + self.postgres
        self.variables["POSTGRES"] = address + ("?" + rest if rest else "")

    def check_exit(self):
        if self.result and self.result.returncode != self.expected_exit:
            raise Failure(f"{self.where}: exit {self.result.returncode}, expected "
                          f"{self.expected_exit}\n{self.result.stdout}{self.result.stderr}")

    def run(self, command, where):
        self.check_exit()
        self.where, self.expected_exit = where, 0
        self.result = shell(command, self.folder, self.variables)

    def compare(self, head, body, where):
        stream, _, mode = head.partition(" ")
        printed = getattr(self.result, stream)
        lines = trimmed(body)
        if mode == "":
            if printed.rstrip("\n").split("\n") != (lines or [""]):
                raise Failure(f"{where}: {stream} is\n{printed}\nexpected\n" + "\n".join(lines) +
                              f"\nexit {self.result.returncode}; {self.result.stderr[-1000:]}")
        for line in lines if mode else []:
            if (line in printed) != (mode == "has"):
                raise Failure(f"{where}: {stream} {'lacks' if mode == 'has' else 'has'}\n{line}\n"
                              f"it is\n{printed[:4000]}")

    def block(self, head, body, where):
        word, _, rest = head.partition(" ")
        if word == "needs":
            self.need(rest)
        elif word == "file":
            target = self.folder / rest
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("".join(line + "\n" for line in trimmed(body)), encoding="utf-8")
        elif word == "run":
            self.run(rest, where)
        elif word == "exit":
            self.expected_exit = int(rest)
        elif word in ("stdout", "stderr"):
            self.compare(head, body, where)
        elif word != "about":
            raise Failure(f"{where}: no such block: {head}")


def run_case(path, thb, shared):
    """Returns (outcome, what to print, seconds)."""
    start = time.monotonic()
    case = Case(path, thb, shared)
    try:
        for head, body, number in blocks(path):
            case.block(head, body, f"{path}:{number}")
        case.check_exit()
        outcome = "passed", ""
    except Skipped:
        outcome = "skipped", ""
    except (Failure, subprocess.TimeoutExpired) as failure:
        outcome = "failed", f"FAILED {failure}\n"
    finally:
        case.close()
    return *outcome, time.monotonic() - start


def main():
    thb = sys.argv[1]
    paths = [pathlib.Path(p) for p in sys.argv[2:]]
    paths = paths or sorted(pathlib.Path(__file__).parent.rglob("*.test"))
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    slowest = 0.0, None
    shared = Shared(thb, os.environ.get("THB_REFERENCE_DIR", ""))
    try:
        with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
            results = pool.map(lambda path: run_case(path, thb, shared), paths)
            for path, (outcome, text, seconds) in zip(paths, results):
                counts[outcome] += 1
                slowest = max(slowest, (seconds, path))
                if text:
                    print(text, flush=True)
        for name in shared.written_to():
            counts["failed"] += 1
            print(f"FAILED a case wrote to the shared {name}\n")
    finally:
        shared.close()
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped "
          f"(slowest {slowest[1].stem}, {slowest[0]:.0f} s)" if paths else "no cases")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
