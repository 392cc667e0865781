"""Phone numbers in unusual spellings, read with Google's libphonenumber."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

INDONESIA = "ID"
INDONESIA_CODE = 62
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def read_phone(text: str) -> str | None:
    """Read an Indonesian mobile number.

    Args:
        text: at most 100 characters, any spelling.

    Returns:
        The number in E.164, or None where it is no Indonesian mobile number.
    """
    try:
        number = phonenumbers.parse(text, INDONESIA)
    except NumberParseException:
        return None
    if number.country_code != INDONESIA_CODE or phonenumbers.number_type(number) not in _MOBILE:
        return None
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
