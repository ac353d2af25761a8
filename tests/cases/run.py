#!/usr/bin/env python3
"""Runs the text cases: commands in, output out, without recompiling.

Usage: run.py THB [CASE.test ...]      (all of tests/cases where none is named)

A case is a file of blocks, each opened by a line that starts with "== ":

  == about TEXT           what the case shows
  == needs reference      skipped where THB_REFERENCE_DIR is not set (a failure under CI=true)
  == file NAME            the lines that follow are written to NAME in the case's own folder
  == run COMMAND          a shell line in that folder; `thb` is the program, $REF the reference data
  == exit N               the status expected of the command (0 unless said)
  == stdout | stderr      the lines that follow are exactly what the command prints there
  == stdout has | stderr has      each line that follows occurs in what it prints
  == stdout lacks | stderr lacks  no line that follows occurs

The clock is 2022-12-19, the language of messages English.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


class Failure(Exception):
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


class Case:
    def __init__(self, path, thb):
        self.path = path
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="thb-case-"))
        tools = self.folder / ".bin"
        tools.mkdir()
        (tools / "thb").symlink_to(pathlib.Path(thb).resolve())
        self.environment = dict(os.environ, SOURCE_DATE_EPOCH="1671436800", LC_ALL="C.UTF-8",
                                PATH=f"{tools}:{os.environ['PATH']}",
                                REF=os.environ.get("THB_REFERENCE_DIR", ""))
        self.result = None
        self.expected_exit = 0
        self.where = ""

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def check_exit(self):
        if self.result and self.result.returncode != self.expected_exit:
            raise Failure(f"{self.where}: exit {self.result.returncode}, expected "
                          f"{self.expected_exit}\n{self.result.stdout}{self.result.stderr}")

    def run(self, command, where):
        self.check_exit()
        self.where, self.expected_exit = where, 0
        self.result = subprocess.run(["bash", "-c", command], cwd=self.folder,
                                     env=self.environment, text=True, capture_output=True,
                                     stdin=subprocess.DEVNULL, timeout=300, check=False)

    def compare(self, head, body, where):
        stream, _, mode = head.partition(" ")
        printed = getattr(self.result, stream)
        lines = trimmed(body)
        if mode == "":
            if printed.rstrip("\n").split("\n") != (lines or [""]):
                raise Failure(f"{where}: {stream} is\n{printed}\nexpected\n" + "\n".join(lines))
        for line in lines if mode else []:
            if (line in printed) != (mode == "has"):
                raise Failure(f"{where}: {stream} {'lacks' if mode == 'has' else 'has'}\n{line}\n"
                              f"it is\n{printed}")

    def block(self, head, body, where):
        word, _, rest = head.partition(" ")
        if word == "file":
            target = self.folder / rest
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("".join(line + "\n" for line in trimmed(body)), encoding="utf-8")
        elif word == "run":
            self.run(rest, where)
        elif word == "exit":
            self.expected_exit = int(rest)
        elif word in ("stdout", "stderr"):
            self.compare(head, body, where)
        elif word not in ("about", "needs"):
            raise Failure(f"{where}: no such block: {head}")


def run_case(path, thb):
    """Returns "passed" or "skipped"; raises Failure."""
    parsed = list(blocks(path))
    if any(head == "needs reference" for head, _, _ in parsed):
        if not os.environ.get("THB_REFERENCE_DIR"):
            if os.environ.get("CI") == "true":
                raise Failure(f"{path}: THB_REFERENCE_DIR is not set")
            return "skipped"
    case = Case(path, thb)
    try:
        for head, body, number in parsed:
            case.block(head, body, f"{path}:{number}")
        case.check_exit()
    finally:
        case.close()
    return "passed"


def main():
    thb = sys.argv[1]
    paths = [pathlib.Path(p) for p in sys.argv[2:]]
    paths = paths or sorted(pathlib.Path(__file__).parent.rglob("*.test"))
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for path in paths:
        try:
            counts[run_case(path, thb)] += 1
        except (Failure, subprocess.TimeoutExpired) as failure:
            counts["failed"] += 1
            print(f"FAILED {failure}\n")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
