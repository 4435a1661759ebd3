"""Makes communes.txt: every commune that had a code of the Code officiel géographique since 1943.

Source: INSEE, Code officiel géographique (Licence Ouverte 2.0), as republished by the npm package
@etalab/decoupage-administratif (data: Licence Ouverte, code: MIT). Version 0.8.0 holds the history from 1943 to 2019,
later versions the state at 1 January of a year: what changed between two of them is dated from the later one.

    for v in 0.8.0 1.0.0 2.3.1 3.1.1 4.0.0 5.3.0 6.0.0; do npm pack @etalab/decoupage-administratif@$v; done
    python3 make.py FOLDER_OF_THE_ARCHIVES > communes.txt

A line is `code;name;from;until;since;into`: the code bore this name from a day until the day before another, and is no
commune of its own since a day, when `into` took its place. Empty: before 1943, today, still one, nothing known.
"""

import json
import sys
import tarfile
from pathlib import Path

YEARS = {"1.0.0": 2021, "2.3.1": 2022, "3.1.1": 2023, "4.0.0": 2024, "5.3.0": 2025, "6.0.0": 2026}
OWN = {"commune-actuelle", "arrondissement-municipal"}


def data(folder, version, name):
    archive = Path(folder) / f"etalab-decoupage-administratif-{version}.tgz"
    with tarfile.open(archive) as package:
        return json.load(package.extractfile(f"package/data/{name}.json"))


def heir(period, by_id):
    """The code of what took its place: the successor, or the commune that the successor is a part of."""
    after = by_id.get(period.get("successeur"), {})
    return by_id.get(after.get("pole"), after).get("code", "")


def history(folder):
    every = data(folder, "0.8.0", "historique-communes")
    by_id = {one["id"]: one for one in every}
    runs = {}
    for one in sorted(every, key=lambda one: (one.get("dateDebut", ""), one["type"] != "COM")):
        if one["type"] == "COMP":
            continue
        begin, end = one.get("dateDebut", ""), one.get("dateFin", "")
        of_name = runs.setdefault((one["code"], one["nom"]), [])
        if of_name and (not of_name[-1]["until"] or begin <= of_name[-1]["until"]):
            row = of_name[-1]
            row["until"] = max(row["until"], end) if row["until"] and end else ""
        else:
            row = {"from": begin, "until": end, "since": begin, "into": ""}
            of_name.append(row)
            if one["type"] != "COM":
                row["into"] = by_id[one["pole"]]["code"]
        if one["type"] == "COM":
            row["since"], row["into"] = end, heir(one, by_id) if end else ""
    return [{"code": code, "name": name, **row} for (code, name), rows in runs.items() for row in rows]


def follow(rows, state, day):
    """Brings the rows to a later state."""
    # A commune may bear the code and the name of a part of it: the commune counts.
    now = {(one["code"], one["nom"]): one for one in sorted(state, key=lambda one: one["type"] in OWN)}
    own = {one["code"] for one in state if one["type"] in OWN}
    heirs = {old: one["code"] for one in state for old in one.get("anciensCodes", [])}
    alive = {(row["code"], row["name"]): row for row in rows if not row["until"]}
    for key, row in alive.items():
        one = now.get(key)
        if one is None:
            row["until"] = day
            into = row["into"] or heirs.get(row["code"], row["code"] if row["code"] in own else "")
            row["since"], row["into"] = row["since"] or day, into
        elif one["type"] in OWN:
            row["since"] = row["into"] = ""
        elif not row["since"]:
            row["since"], row["into"] = day, one["chefLieu"]
    new = now.keys() - alive.keys()
    for code, name in sorted(new):
        one = now[code, name]
        part = one["type"] not in OWN
        since, into = (day, one["chefLieu"]) if part else ("", "")
        rows.append({"code": code, "name": name, "from": day, "until": "", "since": since, "into": into})


def main(folder):
    rows = history(folder)
    # The history leaves out the arrondissements of the three cities and the overseas collectivities.
    known = {row["code"] for row in rows}
    for one in data(folder, "6.0.0", "communes"):
        if one["code"] not in known and (one["type"] == "arrondissement-municipal" or one.get("zone") == "com"):
            rows.append({"code": one["code"], "name": one["nom"], "from": "", "until": "", "since": "", "into": ""})
    # Mayotte's communes had the codes of a collectivity, 985, until it became a department.
    for row in [row for row in rows if row["code"].startswith("976") and not row["until"]]:
        before = {"code": "985" + row["code"][3:], "until": "2011-03-31", "since": "2011-03-31", "into": row["code"]}
        rows.append({"name": row["name"], "from": "", **before})
        row["from"] = "2011-03-31"
    # Saint-Barthélemy and Saint-Martin left Guadeloupe (loi organique 2007-223).
    for code, into, name in (("97123", "97701", "Saint-Barthélemy"), ("97127", "97801", "Saint-Martin")):
        day = "2007-07-15"
        rows.append({"code": code, "name": name, "from": "", "until": day, "since": day, "into": into})
        next(row for row in rows if row["code"] == into)["from"] = day
    for version, year in YEARS.items():
        follow(rows, data(folder, version, "communes"), f"{year}-01-01")
    for row in sorted(rows, key=lambda row: (row["code"], row["from"])):
        print(";".join(row[field] for field in ("code", "name", "from", "until", "since", "into")))


main(sys.argv[1])
