#!/usr/bin/env python3
"""Holds the rooms of src/ against the order of the design: declared dependencies and every #include
must point to a room above, internal/ headers stay at home, and every room has its one-page README.

Usage: graph.py GRAPH_FILE SRC_DIR
"""
import pathlib
import re
import sys

# Lower rooms first; a room may use those of a lower rank, and those of its own rank listed here.
RANK = {
    "base": 0, "codes": 1, "store": 2, "http": 2, "chart": 2,
    "statistics": 3, "hidden": 4, "disclosure": 4, "exchange": 4, "policy": 5, "report": 6,
    "demo": 7,
    "access": 3, "people": 4, "referral": 5, "justice": 5, "signals": 5, "finance": 5,
    "inspection": 5, "linkage": 5,
    "extract": 8, "web": 9, "api": 9, "cli": 9, "app": 10,
}
CASEWORK = {"people", "access", "referral", "justice", "signals", "finance", "inspection", "linkage"}
STATISTICS = {"statistics", "hidden", "disclosure", "exchange", "policy", "report", "demo"}


def declared(graph_file):
    graph = {}
    for line in pathlib.Path(graph_file).read_text().splitlines():
        room, _, deps = line.partition(":")
        graph[room] = set(deps.split())
    return graph


def check_edge(room, dep, where, problems):
    if dep not in RANK:
        problems.append(f"{where}: {dep} is no room of the design")
    elif RANK[dep] >= RANK[room]:
        problems.append(f"{where}: {room} may not use {dep}")
    elif (room in STATISTICS and dep in CASEWORK) or (room in CASEWORK and dep in STATISTICS):
        problems.append(f"{where}: casework and statistics meet only in extract")


def check_includes(src, graph, problems):
    for path in sorted(src.rglob("*")):
        if path.suffix not in (".h", ".cc"):
            continue
        room = path.relative_to(src).parts[0]
        is_test = path.name.endswith("_test.cc")
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'#include "([^"]+)"', line)
            if not match:
                continue
            parts = match.group(1).split("/")
            where = f"{path}:{number}"
            if not (src / match.group(1)).exists():
                problems.append(f"{where}: write the include from src/")
            elif parts[0] != room:
                if parts[1] == "internal":
                    problems.append(f"{where}: {match.group(1)} is internal to {parts[0]}")
                if parts[0] not in graph.get(room, set()) and not is_test:
                    problems.append(f"{where}: {room} does not declare {parts[0]}")
                check_edge(room, parts[0], where, problems)


def check_names(src, problems):
    """All rooms share one namespace: a type defined in two headers would be two types of one name."""
    defined = {}
    for path in sorted(src.rglob("*.h")):
        for line in path.read_text().splitlines():
            match = re.match(r"(?:struct|class|enum class) (\w+)\b[^;]*$", line)
            if match and defined.setdefault(match.group(1), path) != path:
                problems.append(f"{path}: {match.group(1)} is defined in "
                                f"{defined[match.group(1)]} too")


def main():
    graph_file, src = sys.argv[1], pathlib.Path(sys.argv[2])
    graph = declared(graph_file)
    problems = []
    for room, deps in graph.items():
        if room not in RANK:
            problems.append(f"{room} is no room of the design")
            continue
        for dep in deps:
            check_edge(room, dep, f"src/{room}/CMakeLists.txt", problems)
        if not (src / room / "README.md").exists():
            problems.append(f"src/{room} has no README.md")
    check_includes(src, graph, problems)
    check_names(src, problems)
    print("\n".join(problems) if problems else f"{len(graph)} rooms, all edges point down")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
