"""Types of single fields at the JSON door, as the description tells them to programs.

What goes out is written by us, so these only describe; nothing checks it again.
"""

from typing import Annotated

from msgspec import Meta

Moment = Annotated[
    str,
    Meta(
        description="Waktu UTC, detik bulat. / A time in UTC, whole seconds (RFC 3339).",
        examples=["2021-07-05T03:00:00Z"],
        extra_json_schema={"format": "date-time"},
    ),
]
Day = Annotated[
    str,
    Meta(
        description="Hari menurut Jakarta. / A civil day in Jakarta.",
        examples=["2021-07-05"],
        extra_json_schema={"format": "date"},
    ),
]
ClockTime = Annotated[
    str,
    Meta(
        pattern=r"^[0-2][0-9]:[0-5][0-9]$",
        description="Jam menurut Jakarta. / A time of day in Jakarta.",
        examples=["06:00"],
    ),
]
NibText = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{13}$",
        description="NIB perusahaan. / The employer's number in the employer registry.",
        examples=["8120001110001"],
    ),
]
ApplicationNumber = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{1,18}$",
        description="Nomor pengajuan. / Number of an application.",
        examples=["4711"],
    ),
]
SerialText = Annotated[
    str,
    Meta(
        pattern=r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]$",
        description="Nomor seri surat, seperti tercetak. / Serial of a certificate, as printed.",
        examples=["7Q4K-9Z2M-B3XW-1"],
    ),
]
Address = Annotated[str, Meta(extra_json_schema={"format": "uri-reference"})]
AddressTemplate = Annotated[str, Meta(extra_json_schema={"format": "uri-template"})]
RowSpan = Annotated[list[int], Meta(min_length=2, max_length=2, examples=[[1, 3]])]
