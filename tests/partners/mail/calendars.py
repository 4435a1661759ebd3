"""Judges iCalendar files as PyPI icalendar reads them: one invitation each, and their story as a whole.

    python calendars.py FILE...        in the order in which they were sent

One line a file. Exit code: 0 all accepted, 1 one refused, 2 called wrongly.
"""

import sys
from pathlib import Path

from icalendar import Calendar

STATUS = {"REQUEST": "CONFIRMED", "CANCEL": "CANCELLED"}
# RFC 5546 §3.2.2 and §3.2.5: what REQUEST and CANCEL must hold.
REQUIRED = ["UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "ORGANIZER", "ATTENDEE", "SUMMARY", "LOCATION", "STATUS"]


def refusals(calendar: Calendar, data: bytes) -> list[str]:
    found = []
    method = str(calendar.get("METHOD"))
    if method not in STATUS:
        found.append(f"METHOD {method}")
    for name in ("VERSION", "PRODID"):
        if name not in calendar:
            found.append(f"no {name}")
    events = calendar.walk("VEVENT")
    if len(events) != 1:
        return [*found, f"{len(events)} events"]
    (event,) = events
    found += [f"no {name}" for name in REQUIRED if name not in event]
    if found:
        return found
    if event.errors:
        found.append(f"unreadable {event.errors}")
    if str(event["STATUS"]) != STATUS[method]:
        found.append(f"STATUS {event['STATUS']} in {method}")
    start, end = event.decoded("DTSTART"), event.decoded("DTEND")
    if start.tzinfo is None or event.decoded("DTSTAMP").tzinfo is None:
        found.append("a time without zone")
    elif not start < end:
        found.append("it ends before it starts")
    for name in ("ORGANIZER", "ATTENDEE"):
        if not str(event[name]).lower().startswith("mailto:"):
            found.append(f"{name} is no address")
    if not data.endswith(b"\r\n") or b"\n" in data.replace(b"\r\n", b""):
        found.append("lines do not end with CR LF")
    if any(len(line) > 75 for line in data.split(b"\r\n")):
        found.append("a line of more than 75 octets")
    return found


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    worst, last = 0, {}
    for name in arguments:
        data = Path(name).read_bytes()
        try:
            calendar = Calendar.from_ical(data)
            found = refusals(calendar, data)
        except ValueError as error:
            calendar, found = None, [str(error)]
        if calendar is not None and not found:
            event = calendar.walk("VEVENT")[0]
            uid, sequence = str(event["UID"]), int(event["SEQUENCE"])
            if uid in last and sequence <= last[uid]:
                found.append(f"SEQUENCE {sequence} after {last[uid]}")
            last[uid] = sequence
        print(f"{name}: {'; '.join(found) if found else 'accepted'}")
        worst = max(worst, 1 if found else 0)
    if len(last) > 1:
        print(f"{len(last)} different UIDs")
        worst = 1
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
