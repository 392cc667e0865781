"""The main job of an employer's program, with a client by openapi-python-client."""

import json
import sys
import time
import uuid
from io import BytesIO
from pathlib import Path

from strp_client import AuthenticatedClient, Client
from strp_client.api.applications import file_application, get_application, get_workers
from strp_client.api.certificates import (
    get_certificate,
    get_certificate_pdf,
    get_certificates_zip,
)
from strp_client.api.public import verify_certificate
from strp_client.api.waiting_room import take_ticket
from strp_client.models import Lane, RosterIn, TicketIn, VerificationIn
from strp_client.types import File

url, key, nib, roster_file, workers_file = sys.argv[1:]
client = AuthenticatedClient(base_url=url, token=key)
anyone = Client(base_url=url)
told: dict[str, object] = {}

workers = json.loads(Path(workers_file).read_text())
filed = file_application.sync(
    client=client,
    body=RosterIn.from_dict({"nib": nib, "workers": workers}),
    idempotency_key=str(uuid.uuid4()),
)
told["json_rows"] = filed.ledger.rows
sheet = File(payload=BytesIO(Path(roster_file).read_bytes()))
told["sheet_rows"] = file_application.sync(client=client, nib=nib, body=sheet).ledger.rows

for _ in range(600):
    state = get_application.sync(filed.application_id, client=client)
    told["state"] = state.state.value
    serials, after, pages = [], 0, 0
    while after is not None:
        page = get_workers.sync(filed.application_id, client=client, after=after, limit=2)
        serials += [worker.serial for worker in page.items if worker.serial]
        after, pages = page.next_, pages + 1
    if told["state"] == "decided" and len(serials) == filed.ledger.accepted:
        break
    time.sleep(0.1)
told["pages"] = pages
assert serials, {**told, "ledger": filed.ledger.to_dict()}

pdf = get_certificate_pdf.sync_detailed(serials[0], client=client).content
zipped = get_certificates_zip.sync_detailed(filed.application_id, client=client).content
told |= {"pdf": pdf[:5].decode(), "zip": zipped[:2].decode()}
certificate = get_certificate.sync(serials[0], client=client)
checked = verify_certificate.sync(client=anyone, body=VerificationIn(text=certificate.text))
told["verdict"] = checked.verdict.value
told["lane"] = take_ticket.sync(client=anyone, body=TicketIn(lane=Lane.EMPLOYERS)).lane.value
refused = get_application.sync(filed.application_id, client=anyone)
told["refused"] = refused.code
print(json.dumps(told))
