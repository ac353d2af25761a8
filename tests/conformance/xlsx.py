"""Opens XLSX exports with openpyxl and compares every cell with our CSV export of the same table.

    python3 tests/conformance/xlsx.py TABLE.xlsx TABLE.csv [TABLE.xlsx TABLE.csv ...]

Prints one line per pair; exits 1 where they differ.
"""
import csv
import sys

import openpyxl


def as_text(value):
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def differences(workbook_path, csv_path):
    sheet = openpyxl.load_workbook(workbook_path, read_only=True)["Data"]
    opened = [[as_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    with open(csv_path, encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file))
    problems = []
    if len(opened) != len(expected):
        problems.append(f"{len(opened)} rows, not {len(expected)}")
    for number, (got, wanted) in enumerate(zip(opened, expected), 1):
        if got + [""] * (len(wanted) - len(got)) != wanted:
            problems.append(f"row {number}: {got}, not {wanted}")
    return len(expected), problems


def main():
    paths = sys.argv[1:]
    if not paths or len(paths) % 2:
        sys.exit("usage: xlsx.py TABLE.xlsx TABLE.csv ...")
    failed = False
    for workbook_path, csv_path in zip(paths[::2], paths[1::2]):
        rows, problems = differences(workbook_path, csv_path)
        if not problems:
            print(f"{workbook_path}: {rows} rows, the same as {csv_path}")
        for problem in problems[:10]:
            print(f"{workbook_path}: {problem}", file=sys.stderr)
        failed |= bool(problems)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
