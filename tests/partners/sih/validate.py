"""Judges HL7 v2 files (ER7, segments ended by CR) with hl7apy and hl7types.

    python validate.py FILE...

One line a file. Exit code: 0 all accepted, 1 one refused, 2 called wrongly.
"""

import sys
from pathlib import Path

from hl7types import decode_er7

from messages import hl7apy_errors, text_of


def refusals(path: Path) -> list[str]:
    try:
        text = text_of(path.read_bytes())
    except (KeyError, UnicodeDecodeError) as error:
        return [f"charset: {error!r}"]
    found = [f"hl7apy: {error}" for error in hl7apy_errors(text)]
    try:
        decode_er7(text)
    except Exception as error:  # ValueError, pydantic's own
        found.append("hl7types: " + " ".join(str(error).split()))
    return found


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    worst = 0
    for name in arguments:
        found = refusals(Path(name))
        print(f"{name}: {'; '.join(found) if found else 'accepted'}")
        worst = max(worst, 1 if found else 0)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
