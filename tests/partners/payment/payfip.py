"""A client of PayFiP that others wrote, against the service and the payment page given: payfip.py SERVICE PAGE."""

import html
import re
import sys

import requests
from eopayment import payfip_ws
from eopayment.common import CANCELLED, DENIED, PAID, WAITING

service, page = sys.argv[1:]
OPTIONS = {
    "numcli": "099000",
    "saisie": "T",
    "normal_return_url": "http://127.0.0.1:9/back",
    "automatic_return_url": "http://127.0.0.1:9/notified",
}


def clients():
    """With the interface of the package, its address replaced; and with the interface that is served."""
    packaged = payfip_ws.PayFiP()
    packaged.client.service._binding_options["address"] = service
    yield "packaged", packaged
    yield "served", payfip_ws.PayFiP(wsdl_url=service + "?wsdl", use_local_wsdl=False)


def end(idop, choice):
    """What a person does at the payment page."""
    shown = requests.get(page, params={"idop": idop})
    assert shown.status_code == 200, shown.text
    key = html.unescape(re.search('name="key" value="([^"]+)"', shown.text)[1])
    done = requests.post(page, data={"idop": idop, "key": key, "choice": choice})
    assert done.status_code == 200, done.text


def refused(code, work):
    try:
        work()
    except payfip_ws.PayFiPError as error:
        assert error.code == code, (code, error)
    else:
        raise AssertionError(f"not refused with {code}")


def request(payment, **changes):
    wanted = {"amount": "24.00", "email": "camille@exemple.test", "orderid": "FACT2026000123", "subject": "Séjour d'été"}
    idop, kind, address = payment.request(**(wanted | changes))
    assert address.endswith("?idop=" + idop)
    return idop


for name, client in clients():
    payment = payfip_ws.Payment(OPTIONS)
    payment.payfip = client
    assert client.get_info_client("099000").libelleN1 == "Régie des consultations"
    for choice, expected in [
        ("pay", PAID),
        ("debit", PAID),
        ("refused-by-bank", DENIED),
        ("refused-debit", DENIED),
        ("leave-bank", WAITING),
        # It gives who leaves two minutes to think again.
        ("abandon", WAITING),
    ]:
        idop = request(payment)
        assert payment.payment_status(idop).result == WAITING
        end(idop, choice)
        answer = payment.response(f"idop={idop}")
        assert answer.result == expected, (choice, answer.result)
        if expected in (PAID, DENIED):
            told = answer.bank_data
            assert (told["montant"], told["refdet"], told["objet"]) == ("2400", "FACT2026000123", "Sejour d ete"), told
            assert answer.test and payment.get_transaction_datetime(client.get_info_paiement(idop))
    assert payment.payfip_response_to_eopayment_response(idop, client.get_info_paiement(idop)).result == CANCELLED
    without_objet = request(payment, subject=None)
    end(without_objet, "pay")
    assert client.get_info_paiement(without_objet).objet is None
    refused("R3", lambda: request(payment, refdet="1234"))
    refused("A2", lambda: request(payment, email="camille@exemple"))
    refused("P1", lambda: client.get_info_paiement("cc0cb210-1cd4-11ea-8cca-0213ad91a103"))
    refused("P5", lambda: client.get_info_paiement(request(payment)))
    refused("T2", lambda: client.get_info_client("099999"))
    print(name, "well")
