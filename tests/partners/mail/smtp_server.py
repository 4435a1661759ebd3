"""A real SMTP server (PyPI aiosmtpd) that tells what it received as JSON lines, and relays nothing.

    python smtp_server.py [--tls none|starttls|implicit] [--user NAME:PASSWORD]

The first line is {"port": …, "ca": path or null}; then one line a message. It refuses recipients that begin with
"refused" (550) and defers those that begin with "later" (451). It ends when its standard input closes.
"""

import argparse
import email
import email.policy
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


def tell(value: dict) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return f"550 5.1.1 <{address}> unknown"
        if address.startswith("later"):
            return f"451 4.7.1 <{address}> greylisted"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = [part for part in message.walk() if not part.is_multipart()]
        tell(
            {
                "tls": server.transport.get_extra_info("ssl_object") is not None,
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "subject": message["subject"],
                "message_id": message["message-id"],
                "defects": [repr(defect) for part in message.walk() for defect in part.defects],
                "parts": [
                    {
                        "type": part.get_content_type(),
                        "method": part.get_param("method"),
                        "file": part.get_filename(),
                        "content": part.get_content(),
                    }
                    for part in parts
                ],
            }
        )
        return "250 2.0.0 taken"


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    key, ca = folder / "key.pem", folder / "ca.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    command += ["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", str(key), "-out", str(ca)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca, key)
    return context, ca


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    parser.add_argument("--user", help="NAME:PASSWORD that must be given")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        options, ca = {}, None
        if arguments.tls != "none":
            context, ca = certificate(Path(folder))
            starttls = arguments.tls == "starttls"
            options = {"tls_context": context, "require_starttls": True} if starttls else {"ssl_context": context}
        if arguments.user:
            expected = tuple(arguments.user.encode().split(b":", 1))

            def check(server, session, envelope, mechanism, data):
                return AuthResult(success=(data.login, data.password) == expected)

            options |= {"authenticator": check, "auth_required": True, "auth_require_tls": arguments.tls == "starttls"}
        controller = Controller(Handler(), hostname="127.0.0.1", port=free_port(), **options)
        controller.start()
        tell({"port": controller.port, "ca": str(ca) if ca else None})
        sys.stdin.read()
    # Clients that keep their connections would be waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
