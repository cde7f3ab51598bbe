"""Says how far two files of golden figures lie apart: python3 compare.py COMMITTED.json GENERATED.json

Ends with 1 where a figure is missing or differs by more than rounding, which the third step of an optimiser magnifies.
"""
import json
import sys

TOLERANCE = {"byol_step": 2e-3}
ROUNDING = 1e-4


def figures(value, path=()):
    if isinstance(value, (dict, list)):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from figures(part, (*path, str(key)))
    else:
        yield path, value


def load(path):
    with open(path, encoding="utf-8") as file:
        return {path: value for path, value in figures(json.load(file)) if path[0] != "versions"}


def main():
    committed, generated = load(sys.argv[1]), load(sys.argv[2])
    failures = [f"only in one file: {' '.join(path)}" for path in sorted(committed.keys() ^ generated.keys())]
    greatest = {}
    for path in committed.keys() & generated.keys():
        expected, actual = committed[path], generated[path]
        part = path[0].split("/")[0]
        difference = abs(expected - actual) / (abs(expected) + 1e-2)
        greatest[part] = max(greatest.get(part, (-1, "")), (difference, " ".join(path)))
        if difference > TOLERANCE.get(part, ROUNDING):
            failures.append(f"{' '.join(path)}: {expected} committed, {actual} generated")
    for part, (difference, path) in sorted(greatest.items()):
        print(f"{part}: {difference:.1e} at most ({path})")
    print(f"{len(committed)} figures committed, {len(generated)} generated, {len(failures)} differ")
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
