"""A shop of the Lyra platform that others wrote: vads.py PAGE KEY. Pays at PAGE in several ways and reads the results;
then, for each line of standard input (fields as a JSON object), prints its own signature of them."""

import html
import json
import re
import sys
from urllib.parse import urlencode

import requests
from eopayment import payzen
from eopayment.common import CANCELLED, DENIED, PAID

page, key = sys.argv[1:]
payment = payzen.Payment(
    {
        "vads_site_id": "99000002",
        "vads_ctx_mode": "TEST",
        "secret_test": key,
        "secret_production": key,
        "signature_algo": "hmac_sha256",
        "service_url": page,
        "normal_return_url": "http://127.0.0.1:9/back",
    }
)


def hidden(text):
    found = re.findall('<input type="hidden" name="([^"]+)" value="([^"]*)">', text)
    return {html.unescape(name): html.unescape(value) for name, value in found}


def form(**changes):
    wanted = {"amount": 24, "email": "camille@exemple.test", "orderid": "FACT-2026-000123"}
    name, kind, sent = payment.request(**(wanted | changes))
    return {field["name"]: field["value"] for field in sent.fields}


for choice, expected in [("pay", PAID), ("refused-by-bank", DENIED), ("abandon", CANCELLED)]:
    fields = form(vads_return_mode="POST", name="Mihaï & <fils>")
    shown = requests.post(page, data=fields)
    assert shown.status_code == 200, shown.text
    done = requests.post(page + "choice", data={"key": hidden(shown.text)["key"], "choice": choice})
    told = hidden(done.text)
    told.pop("key", None)
    answer = payment.response(urlencode(told))
    assert answer.signed and answer.result == expected, (choice, answer.result, answer.signed)
    assert answer.bank_data["vads_amount"] == "2400" and answer.test
    forged = payment.response(urlencode(told | {"vads_amount": "1"}))
    assert not forged.signed
wrong = requests.post(page, data=form() | {"vads_amount": "1"})
assert wrong.status_code == 400 and "signature" in wrong.text, wrong.text
for line in sys.stdin:
    print(payment.signature(json.loads(line)), flush=True)
