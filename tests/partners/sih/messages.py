"""What both programs need: the text of a message by its MSH-18, and hl7apy's judgement of it."""

import os
import tempfile

from hl7apy.parser import parse_message
from hl7apy.validation import Validator

PYTHON_NAMES = {"UNICODE UTF-8": "utf-8", "8859/15": "iso8859-15"}


def text_of(raw: bytes) -> str:
    header = raw.split(b"\r", 1)[0].split(b"|")
    name = header[17].decode("ascii") if len(header) > 17 else ""
    return raw.decode(PYTHON_NAMES[name])


def hl7apy_errors(text: str) -> list[str]:
    """Errors only: French codes are warnings for it, because its tables are the American ones."""
    report = tempfile.NamedTemporaryFile(mode="r", suffix=".txt", delete=False)
    try:
        message = parse_message(text, find_groups=True)
        try:
            Validator.validate(message, report_file=report.name)
        except Exception as refused:  # its exceptions have no common ancestor
            return [str(refused)] + [line.strip() for line in report if line.startswith("Error")]
        return [line.strip() for line in report if line.startswith("Error")]
    finally:
        report.close()
        os.unlink(report.name)
