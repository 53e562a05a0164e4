"""An amount of money in English words, as invoices spell it.

In: an amount and its currency. Out: `CAD Fifty Nine and Ninety Five Cent only.`
"""

_SMALL = (
    "Zero",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
)
_TENS = ("Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety")
_SCALES = ((1_000_000, "Million"), (1_000, "Thousand"), (100, "Hundred"))
_CENTS = _HUNDRED = 100


def amount_in_words(amount: float, currency: str, fraction: str = "Cent") -> str:
    """The amount, its sign left out, in words."""
    whole, cents = divmod(round(abs(amount) * _CENTS), _CENTS)
    words = f"{currency} {_number(whole)}"
    if cents:
        words += f" and {_number(cents)} {fraction}"
    return f"{words} only."


def _number(number: int) -> str:
    if number < len(_SMALL):
        return _SMALL[number]
    for size, name in _SCALES:
        if number >= size:
            rest = number % size
            head = f"{_number(number // size)} {name}"
            joined = " And " if rest < _HUNDRED else ", "
            return f"{head}{joined}{_number(rest)}" if rest else head
    tens, units = divmod(number, 10)
    return _TENS[tens - 2] + (f" {_SMALL[units]}" if units else "")
