"""What an ambulance reads of a number, and how strictly it has to be written.

In: a registration as it is asked for. Out: an entry, or every problem of it at once. The provider mends nothing:
an address in another form than its own is refused, so that what was sent is what is stored.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from sandbox.bearer import Wire
from sandbox.collation import compare
from sandbox.e911.municipalities import BY_CODE

_LETTER = "0-9A-Za-zÀ-ÖØ-öø-ÿŒœ"
TEXT = rf"[{_LETTER}]([{_LETTER}'’.,/&() -]{{0,98}}[{_LETTER}.)])?"
CIVIC = "[1-9][0-9]{0,5}[A-Z]?"
APARTMENT = "([0-9A-Z][0-9A-Z-]{0,9})?"
POSTAL_CODE = "[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] [0-9][ABCEGHJ-NPRSTV-Z][0-9]"
_QUEBEC = ("G", "H", "J")

Province = Literal["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"]


def _like(pattern: str, meaning: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise PydanticCustomError("form", "{meaning}", {"meaning": meaning})
        return value

    return AfterValidator(check)


Text = Annotated[str, _like(TEXT, "letters, digits and common punctuation, 1 to 100 characters")]


@dataclass(frozen=True)
class Entry:
    """Where a number rings and whose it is; `service_class` is RES or BUS, `cauca_code` the municipality's."""

    civic_number: str
    apartment: str
    street: str
    city: str
    province: str
    postal_code: str
    cauca_code: str
    service_class: str
    first_name: str
    last_name: str
    enhanced_capable: bool

    def wire(self) -> Wire:
        """The entry as JSON values."""
        told = {name: getattr(self, name) for name in Entry.__dataclass_fields__}
        told["class"] = told.pop("service_class")
        return told


class EntryRequest(BaseModel):
    """An entry as it is asked for."""

    model_config = ConfigDict(extra="forbid")

    civic_number: Annotated[str, _like(CIVIC, "digits without a leading zero, then at most one capital letter: 64A")]
    apartment: Annotated[str, _like(APARTMENT, "up to 10 digits, capital letters and hyphens, or nothing")] = ""
    street: Text
    city: Text
    province: Province
    postal_code: Annotated[str, _like(POSTAL_CODE, "a Canadian postal code in capitals with its space: J0S 1H0")]
    cauca_code: Annotated[str, _like("[0-9]{5}", "five digits")]
    service_class: Annotated[Literal["RES", "BUS"], Field(alias="class")]
    first_name: Annotated[str, _like(f"({TEXT})?", "letters and common punctuation, or nothing")] = ""
    last_name: Text
    enhanced_capable: StrictBool = True

    @model_validator(mode="after")
    def _is_one_place(self) -> Self:
        problems = "; ".join(self._contradictions())
        if problems:
            raise PydanticCustomError("place", "{problems}", {"problems": problems})
        return self

    def entry(self) -> Entry:
        """The entry."""
        return Entry(**self.model_dump())

    def _contradictions(self) -> Iterator[str]:
        municipality = BY_CODE.get(self.cauca_code)
        if municipality is None:
            yield f"the CAUCA code {self.cauca_code} is unknown"
        elif compare(municipality.city, self.city) != 0:
            yield f"the CAUCA code {self.cauca_code} is {municipality.city}'s and not {self.city}'s"
        elif municipality.province != self.province:
            yield f"{municipality.city} is in {municipality.province} and not in {self.province}"
        if (self.province == "QC") != self.postal_code.startswith(_QUEBEC):
            yield f"{self.postal_code} is no postal code of {self.province}"
