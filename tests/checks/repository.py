#!/usr/bin/env python3
"""Holds the documentation against the code and the data, without a build: what exists must be
documented, what is documented must exist, and nothing may tie the repository to one machine.

Usage: repository.py [ROOT]
"""
import csv
import json
import pathlib
import re
import subprocess
import sys

LANGUAGES = ("en", "nl")
# The Debian packages that `dev` installs on demand, outside its lists.
ON_DEMAND = {"nodejs", "npm"}
# Set by the shell itself.
SHELL_VARIABLES = {"BASH_SOURCE", "EXIT"}
# Pieces, so that this file does not match itself.
MACHINE_PATHS = re.compile("(?<![\\w.])/(" + "|".join(
    ["wor" + "k", "far" + "m", "hom" + "e/\\w+", "roo" + "t"]) + ")(?=[/\\s\"'`:)]|$)")
TEMPORARY_PATH = "/tm" + "p/"
REGISTRY = re.compile("regis" + r"try\.[a-z0-9-]+\.[a-z]+|npm\.pkg\.|verdac" + "cio|artifac" + "tory",
                      re.I)


class Repository:
    def __init__(self, root):
        self.root = root
        self.checks = 0
        self.problems = []
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=root,
                                capture_output=True, check=True).stdout.decode()
        self.files = sorted(name for name in listed.split("\0")
                            if name and (root / name).is_file())
        self.texts = {}

    def text(self, name):
        """The text of a file, "" where it is absent or binary."""
        if name not in self.texts:
            path = self.root / name
            try:
                self.texts[name] = path.read_text(encoding="utf-8") if path.is_file() else ""
            except UnicodeDecodeError:
                self.texts[name] = ""
        return self.texts[name]

    def matching(self, pattern):
        return [name for name in self.files if re.fullmatch(pattern, name)]

    def expect(self, holds, problem):
        self.checks += 1
        if not holds:
            self.problems.append(problem)

    def expect_some(self, items, what):
        """A check over nothing would hold whatever the code says."""
        self.expect(bool(items), f"repository.py: found no {what}; the check reads the code wrongly")
        return items


def headings(markdown):
    """Heading text -> the section below it, up to the next heading of its level or above."""
    sections, lines = {}, markdown.splitlines()
    starts = [(n, len(m.group(1)), m.group(2).strip("` ")) for n, line in enumerate(lines)
              if (m := re.match(r"(#+) (.*)", line))]
    for index, (start, level, title) in enumerate(starts):
        end = next((s for s, other, _ in starts[index + 1:] if other <= level), len(lines))
        sections[title] = "\n".join(lines[start:end])
    return sections


def mentions(text, word):
    return re.search(r"(?<![\w.-])" + re.escape(word) + r"(?![\w-])", text) is not None


def commands_of(repository):
    """Command -> names of its operands and options, from the option tables of src/cli and src/app."""
    bodies = {}
    for name in repository.matching(r"src/(cli|app)/(internal/)?\w+\.cc"):
        for match in re.finditer(r"^[\w:<>&* ]+?\b(\w+)\([^;{}]*?\)\s*\{\n(.*?)^\}",
                                 repository.text(name), re.M | re.S):
            bodies[match.group(1)] = match.group(2)
    tables = {name: body for name, body in bodies.items()
              if name.endswith(("Command", "Options")) or "Command command" in body}

    def options_of(function, seen):
        seen.add(function)
        names = set(re.findall(r'\{"(--[a-z-]+|[A-Z][A-Z_]*)",\s*"', tables[function]))
        for called in re.findall(r"\b(\w+)\(", tables[function]):
            if called in tables and called not in seen:
                names |= options_of(called, seen)
        return names

    commands = {}
    declared = repository.text("src/cli/command.h") + repository.text("src/app/serve.h")
    for function in re.findall(r"^Command (\w+Command)\(\);", declared, re.M):
        name = re.search(r'"([a-z][a-z-]*)",', tables.get(function, ""))
        repository.expect(name is not None, f"src/cli: no name of a command in {function}")
        if name:
            commands[name.group(1)] = options_of(function, set())
    return commands


def check_commands(repository):
    page = "docs/commands.md"
    sections = headings(repository.text(page))
    commands = repository.expect_some(commands_of(repository), "commands in src/cli")
    for command, options in sorted(commands.items()):
        repository.expect(command in sections, f"{page}: no heading for the command {command}")
        repository.expect_some(options, f"options of {command}")
        for option in sorted(options):
            repository.expect(mentions(sections.get(command, ""), option),
                              f"{page}: {command} has the option {option}, which is not described")
        described = re.findall(r"^\| `(--[a-z-]+|[A-Z][A-Z_]*)", sections.get(command, ""), re.M)
        for option in described:
            repository.expect(option in options, f"{page}: {command} has no option {option}")
    for title in re.findall(r"^## (.*)", repository.text(page), re.M):
        repository.expect(title in commands, f"{page}: there is no command {title}")


def check_errors(repository):
    names = re.findall(r'ErrorCode::k\w+, "([a-z-]+)"', repository.text("src/base/result.cc"))
    sections = headings(repository.text("docs/errors.md"))
    for name in repository.expect_some(names, "errors in src/base/result.cc"):
        repository.expect(name in sections, f"docs/errors.md: no heading for the error {name}")
    for title in sections:
        repository.expect(title in names or title == "Errors",
                          f"docs/errors.md: there is no error {title}")


def settings_of(repository):
    """Environment variables that are read, and options of CMake -> where."""
    patterns = [
        (r".*\.(cc|h)", r'getenv\("(\w+)"\)'),
        (r".*\.py", r'environ(?:\.get\(|\[)["\'](\w+)["\']'),
        (r".*\.mjs", r"process\.env\.(\w+)"),
        (r"dev|\.ci/run|.*\.sh", r"\$\{?([A-Z][A-Z0-9_]+)"),
        (r"(.*/)?CMakeLists\.txt", r"^option\((\w+)"),
    ]
    found = {}
    for files, pattern in patterns:
        for name in repository.matching(files):
            for variable in re.findall(pattern, repository.text(name), re.M):
                found.setdefault(variable, name)
    return {name: where for name, where in found.items() if name not in SHELL_VARIABLES}


def check_settings(repository):
    page = "docs/settings.md"
    settings = repository.expect_some(settings_of(repository), "settings")
    for setting, where in sorted(settings.items()):
        repository.expect(f"| `{setting}` |" in repository.text(page),
                          f"{page}: no entry for {setting}, which {where} reads")


def check_rules(repository):
    sections = headings(repository.text("docs/validation.md"))
    rows = list(csv.DictReader(repository.text("rules/rules.csv").splitlines()))
    for row in repository.expect_some(rows, "rules in rules/rules.csv"):
        repository.expect(row["id"] in sections,
                          f"docs/validation.md: no heading for the rule {row['id']}")
    rules = {row["id"] for row in rows}
    for title in re.findall(r"^### (.*)", repository.text("docs/validation.md"), re.M):
        repository.expect(title in rules, f"docs/validation.md: there is no rule {title}")


def check_figures(repository):
    page, data = "docs/indicators.md", "mappings/report_2022_figures.csv"
    rows = {row["id"]: row for row in csv.DictReader(repository.text(data).splitlines())}
    lines = {line.split("|")[1].strip(): line
             for line in repository.text(page).splitlines() if line.startswith("| F")}
    for number in range(1, 119):
        figure = f"F{number:03}"
        repository.expect(figure in lines, f"{page}: no row for the figure {figure}")
        repository.expect(figure in rows, f"{data}: no row for the figure {figure}")
        indicator = rows.get(figure, {}).get("indicator", "")
        if "." in indicator:
            repository.expect(indicator in lines.get(figure, ""),
                              f"{page}: {figure} is {indicator} in {data}")


def check_indicators(repository):
    page = repository.text("docs/indicators.md")
    for name in ("populations", "ratios"):
        for entry in json.loads(repository.text(f"indicators/{name}.json")):
            repository.expect(f"`{entry['id']}`" in page,
                              f"docs/indicators.md: {entry['id']} is not described")
    for kind in json.loads(repository.text("indicators/kinds.json")):
        repository.expect(f"\n| {kind} |" in page, f"docs/indicators.md: no kind {kind}")


def check_datasets(repository):
    sections = headings(repository.text("docs/datasets.md"))
    for entry in json.loads(repository.text("codelists/datasets.json")):
        repository.expect(entry["id"] in sections,
                          f"docs/datasets.md: no heading for the dataset {entry['id']}")
    for row in csv.DictReader(repository.text("codelists/collection.csv").splitlines()):
        repository.expect(f"`{row['code']}`" in repository.text("docs/datasets.md"),
                          f"docs/datasets.md: no collection {row['code']}")


def check_imputation(repository):
    methods = re.search(r"ImputationMethods\(\) \{\s*return \{(.*?)\}",
                        repository.text("src/statistics/impute.cc"))
    names = re.findall(r'"(\w+)"', methods.group(1)) if methods else []
    for name in repository.expect_some(names, "imputation methods"):
        repository.expect(f"\n| `{name}` |" in repository.text("docs/imputation.md"),
                          f"docs/imputation.md: the method {name} is not described")


def check_mappings(repository):
    pages = "\n".join(repository.text(name) for name in repository.matching(r"docs/.*\.md"))
    for name in repository.expect_some(repository.matching(r"mappings/.*\.json"), "mappings"):
        stem = pathlib.PurePath(name).stem
        repository.expect(mentions(pages, stem), f"{name}: no page of docs/ mentions {stem}")


def check_dependencies(repository):
    page = "docs/dependencies.md"
    lists = re.findall(r"^\w+_packages=\(([^)]*)\)", repository.text("dev"), re.M)
    wanted = set(" ".join(lists).split()) | ON_DEMAND
    for name in repository.matching(r"(bench/)?package\.json"):
        package = json.loads(repository.text(name))
        wanted |= {*package.get("dependencies", {}), *package.get("devDependencies", {})}
    rows = [re.split(r"(?<!\\)\|", line)[1] for line in repository.text(page).splitlines()
            if line.startswith("| ") and not line.startswith("| package ")]
    described = {name.strip(" `") for row in rows for name in row.split(",")}
    for name in sorted(repository.expect_some(wanted, "packages in dev")):
        repository.expect(name in described, f"{page}: no row for {name}")
    for name in sorted(described):
        repository.expect(name in wanted, f"{page}: {name} is not installed by dev or npm")


def check_locales(repository):
    names = repository.expect_some(repository.matching(r"locales/\w+\.\w+\.json"), "locales")
    for name in names:
        base, language, _ = pathlib.PurePath(name).name.split(".")
        for other in {*LANGUAGES} - {language}:
            path = f"locales/{base}.{other}.json"
            repository.expect((repository.root / path).is_file(), f"{path} is missing")
            here, there = (json.loads(repository.text(n) or "{}") for n in (name, path))
            for key in sorted(here.keys() - there.keys()):
                repository.expect(False, f"{path}: no message {key}, which {name} has")
            repository.expect(bool(here), f"{name} has no messages")


# Migrations of statistics, which hold no person.
STATISTICS_MIGRATIONS = {1, 2, 3, 9, 10}
DATA_CLASS = re.compile(r"sealed by `\w+`|sealed apart|indexed|clear|hashed")


def columns_of(repository):
    """Table -> columns, as the casework migrations leave them."""
    tables = {}
    for name in repository.matching(r"migrations(_keys)?/\d+_\w+\.sql"):
        number = int(re.search(r"/(\d+)_", name).group(1))
        if name.startswith("migrations/") and number in STATISTICS_MIGRATIONS:
            continue
        text = re.sub(r"^\s*--.*$", "", repository.text(name), flags=re.M)
        for table, body in re.findall(r"^CREATE TABLE (\w+) \((.*?)^\)", text, re.M | re.S):
            # A column is a lower-case word at the beginning of a line; constraints are upper case.
            tables[table] = set(re.findall(r"^\s+([a-z]\w*) ", body, re.M))
        for table, column in re.findall(r"^ALTER TABLE (\w+) ADD COLUMN (\w+)", text, re.M):
            tables.setdefault(table, set()).add(column)
    return tables


def classes_of(repository, page):
    """Table -> column -> class, from the page's tables."""
    classes, table = {}, None
    for line in repository.text(page).splitlines():
        if heading := re.fullmatch(r"### `(\w+)`", line):
            table = classes.setdefault(heading.group(1), {})
        elif re.match(r"#", line):
            table = None
        elif table is not None and line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            repository.expect(len(cells) == 3 and DATA_CLASS.fullmatch(cells[1]) and cells[2],
                              f"{page}: not column, class and reason: {line}")
            for column in re.findall(r"`(\w+)`", cells[0]):
                table[column] = cells[1] if len(cells) > 1 else ""
    return classes


def check_data_classes(repository):
    page = "docs/data-classes.md"
    tables, classes = columns_of(repository), classes_of(repository, page)
    for table, columns in sorted(repository.expect_some(tables, "casework tables").items()):
        described = classes.get(table, {})
        for column in sorted(repository.expect_some(columns, f"columns of {table}")):
            repository.expect(column in described, f"{page}: {table}.{column} has no class")
        for column in sorted(described.keys() - columns):
            repository.expect(False, f"{page}: {table} has no column {column}")
        for column, described_class in sorted(described.items()):
            row = re.search(r"sealed by `(\w+)`", described_class)
            repository.expect(row is None or row.group(1) in columns,
                              f"{page}: {table}.{column} is sealed by a column that is not there")
    for table in sorted(classes.keys() - tables.keys()):
        repository.expect(False, f"{page}: there is no table {table}")


def check_audit_actions(repository):
    """Each action that the code appends to the log has a row, and each row is appended somewhere."""
    page = "docs/audit.md"
    pattern = r'"([a-z_]+\.[a-z_]+)"'
    code = {}
    for name in repository.matching(r"src/(store|access|people|referral|cli|app|web)/.*\.cc"):
        if not name.endswith("_test.cc"):
            for action in re.findall(pattern, repository.text(name)):
                code.setdefault(action, name)
    rows = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", repository.text(page), re.M)
    for action in repository.expect_some(rows, f"actions in {page}"):
        repository.expect(action in code, f"{page}: nothing appends {action}")
    for name in repository.matching(r"src/.*\.cc"):
        if name.endswith("_test.cc"):
            continue
        # An event is a braced list that begins with an actor, or a field that is set.
        for action in re.findall(r'(?:\.action = |LogKeyAct\(.*?|LogAct\(\s*work, )' + pattern,
                                 repository.text(name)):
            repository.expect(action in rows, f"{page}: {name} appends {action}, which has no row")


def check_locks(repository):
    for name in repository.expect_some(repository.matching(r"(.*/)?package-lock\.json"), "locks"):
        text = repository.text(name)
        repository.expect('"resolved"' not in text,
                          f"{name}: holds addresses of a registry; remove the resolved lines")
    for name in repository.matching(r"(.*/)?\.npmrc"):
        repository.expect(False, f"{name}: settings of one machine's npm; remove the file")


def check_machines(repository):
    for name in repository.files:
        for number, line in enumerate(repository.text(name).splitlines(), 1):
            where = f"{name}:{number}"
            if MACHINE_PATHS.search(line) or (TEMPORARY_PATH in line and "mktemp" not in line):
                repository.expect(False, f"{where}: names a path of one machine")
            if REGISTRY.search(line):
                repository.expect(False, f"{where}: names a package registry")
        repository.checks += 1


def check_links(repository):
    for name in repository.matching(r"(.*/)?\w[\w.-]*\.md"):
        folder = (repository.root / name).parent
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", repository.text(name)):
            if "://" not in target:
                repository.expect((folder / target).exists(), f"{name}: the link {target} is dead")


def check_present(repository):
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"):
        repository.expect(bool(repository.text(name)), f"{name} is missing")
    repository.expect("EUROPEAN UNION PUBLIC LICENCE v. 1.2" in repository.text("LICENSE"),
                      "LICENSE: not the text of EUPL-1.2")
    for command in ("./dev demo", "./dev test"):
        repository.expect(command in repository.text("README.md"), f"README.md: no {command}")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    repository = Repository(root if root.is_dir() else root.parents[2])
    for check in (check_present, check_commands, check_errors, check_settings, check_rules,
                  check_figures, check_indicators, check_datasets, check_imputation, check_mappings,
                  check_dependencies, check_data_classes, check_audit_actions, check_locales,
                  check_locks, check_machines, check_links):
        check(repository)
    for problem in repository.problems:
        print(problem)
    print(f"repository: {repository.checks} checks"
          + (f", {len(repository.problems)} failed" if repository.problems else ""))
    return 1 if repository.problems else 0


if __name__ == "__main__":
    sys.exit(main())
