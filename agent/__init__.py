"""The operations agent of a fibre and telephony provider. The front door: ``Agent`` and ``Settings``."""
