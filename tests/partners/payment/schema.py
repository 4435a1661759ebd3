"""Holds each SOAP message (*.xml) of a folder against the schema of the service: schema.py SCHEMA FOLDER."""

import pathlib
import sys

from lxml import etree

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
schema = etree.XMLSchema(file=sys.argv[1])
wrong = []
names = set()


def judged(path):
    root = etree.parse(path).getroot()
    body = root.find(SOAP + "Body")
    assert root.tag == SOAP + "Envelope" and len(body) == 1, "an envelope with one body"
    told = body[0]
    if told.tag == SOAP + "Fault":
        assert told.findtext("faultcode") and told.findtext("faultstring"), "faultcode, faultstring"
        told = told.find("detail")[0]
    names.add(etree.QName(told).localname)
    schema.assertValid(told)


for path in sorted(pathlib.Path(sys.argv[2]).glob("*.xml")):
    try:
        judged(path)
    except (AssertionError, etree.LxmlError) as error:
        wrong.append(f"{path.name}: {error}")
print(" ".join(sorted(names)))
sys.exit("\n".join(wrong) or 0)
