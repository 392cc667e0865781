"""Which encodings of content a reader takes (RFC 9110, 12.5.3)."""


def accepts_gzip(accepted: str) -> bool:
    """Whether a reader takes an answer packed with gzip; `gzip;q=0` refuses it.

    Args:
        accepted: the `Accept-Encoding` that was sent, or an empty text.
    """
    weights = {}
    for choice in accepted.split(","):
        coding, *parameters = (part.strip().lower() for part in choice.split(";"))
        told = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        weights[coding] = told.strip("0.") != ""
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", False)))
