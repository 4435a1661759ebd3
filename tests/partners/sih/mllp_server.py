"""A hospital's MLLP door made of hl7apy's own server: judges each message with hl7apy, keeps it, answers AA or AE.

    python mllp_server.py --folder F [--port N] [--encoding utf-8|iso8859-15]

Prints `listening PORT` once it is ready, then runs until it is ended. Keeps `F/<MSH-10>.hl7` (bytes as received,
suffix `.refused` when it answered AE). hl7apy closes the connection after each message: a partner like many.
Exit code 2: called wrongly or the port is taken.
"""

import argparse
import sys
from datetime import datetime, timezone
from pathlib import Path

from hl7apy.mllp import AbstractErrorHandler, AbstractHandler, MLLPRequestHandler, MLLPServer

from messages import hl7apy_errors


def answer(message: str, code: str, reason: str = "") -> str:
    header = message.split("\r", 1)[0].split("|") + [""] * 20
    now = datetime.now(timezone.utc).strftime("%Y%m%d%H%M%S")
    charset = header[17] or "UNICODE UTF-8"
    msh = f"MSH|^~\\&|{header[4]}|{header[5]}|{header[2]}|{header[3]}|{now}||ACK|{header[9]}|{header[10]}|2.5||||||{charset}"
    error = f"ERR|||101^Required field missing^HL70357|E||||{reason}\r" if code != "AA" else ""
    return f"\x0b{msh}\rMSA|{code}|{header[9]}\r{error}\x1c\r"


KINDS = [
    "SIU^S12^SIU_S12",
    "SIU^S15^SIU_S12",
    "ADT^A28^ADT_A05",
    "ADT^A05^ADT_A05",
    "ADT^Z99^ADT_A01",
    "ADT^A38^ADT_A38",
    "MDM^T02^MDM_T02",
    "DFT^P03^DFT_P03",
]


class Keeping(AbstractHandler):
    def __init__(self, message, folder, encoding):
        super().__init__(message)
        self.folder, self.encoding = folder, encoding

    def reply(self):
        text = self.incoming_message
        errors = hl7apy_errors(text)
        control = text.split("|")[9]
        path = self.folder / f"{control}.hl7{'.refused' if errors else ''}"
        path.write_bytes(text.encode(self.encoding))
        return answer(text, "AE", "hl7apy refuses it") if errors else answer(text, "AA")


class Refusing(AbstractErrorHandler):
    def __init__(self, error, message, *_):
        super().__init__(error, message)

    def reply(self):
        return answer(self.incoming_message, "AR", type(self.exc).__name__)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--encoding", choices=["utf-8", "iso8859-15"], default="utf-8")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    kept = (Keeping, chosen.folder, chosen.encoding)
    handlers = {kind: kept for kind in KINDS} | {"ERR": (Refusing,)}
    speaking = type("Speaking", (MLLPRequestHandler,), {"encoding": chosen.encoding})
    try:
        server = MLLPServer("127.0.0.1", chosen.port, handlers, request_handler_class=speaking)
    except OSError as error:
        print(f"port {chosen.port}: {error}", file=sys.stderr)
        return 2
    server.daemon_threads = True
    print(f"listening {server.server_address[1]}", flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
