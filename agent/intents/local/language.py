"""Which language a message is in, by its everyday words. Never by its names."""

from __future__ import annotations

import re

from agent.intents.local.said import flatten, tidy

_FRENCH = frozenset(
    ["le", "la", "les", "l", "un", "une", "des", "du", "d", "au", "aux", "de", "ce", "cet", "cette", "ces", "mon", "ma", "mes", "ton", "ta", "ses", "son", "leur", "leurs", "je", "j", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles", "lui", "moi", "toi", "qui", "que", "qu", "quoi", "est", "sont", "a", "ont", "avec", "pour", "par", "dans", "sur", "chez", "et", "ou", "mais", "car", "si", "pas", "ne", "n", "plus", "encore", "svp", "stp", "merci", "bonjour", "combien", "doit", "dois", "factures", "facture", "solde", "compte", "client", "cliente", "suspends", "suspendre", "coupe", "couper", "redemarre", "redemarrer", "routeur", "verifie", "montre", "affiche", "ouvre", "annule", "ajoute", "entente", "accord", "paiement", "coupure", "reactive", "rebranche", "remets", "oui", "non", "vas", "peux", "peut", "faut", "ca", "c", "pis", "puis", "jusqu", "depuis", "quel", "quelle", "aide", "rembourse", "fiche", "dossier", "plutot", "finalement", "vendredi", "lundi", "mardi", "mercredi", "jeudi", "samedi", "dimanche", "demain", "hier", "mars", "avril", "mai", "juin", "juillet", "aout", "mets", "fais", "donne", "quels", "quelles", "mettre", "faire", "reponds", "tout", "tous", "toute", "toutes", "laisse", "faire", "attends", "enregistre", "prends", "parce", "quand", "comment", "pourquoi", "marche", "appel", "lent", "panne", "dette", "impaye"]
)
_ENGLISH = frozenset(
    ["the", "a", "an", "of", "to", "for", "with", "by", "on", "at", "in", "is", "are", "was", "does", "do", "did", "has", "have", "what", "how", "who", "which", "why", "when", "where", "his", "her", "their", "its", "my", "your", "our", "he", "she", "they", "it", "him", "them", "me", "you", "we", "i", "and", "or", "but", "if", "not", "no", "please", "thanks", "yes", "show", "list", "check", "suspend", "reactivate", "restart", "reboot", "cancel", "add", "note", "account", "balance", "owe", "owes", "invoice", "invoices", "bill", "bills", "customer", "payment", "arrangement", "plan", "router", "modem", "s", "t", "don", "can", "could", "would", "should", "make", "set", "up", "put", "off", "back", "this", "that", "these", "from", "until", "friday", "monday", "tuesday", "wednesday", "thursday", "saturday", "sunday", "tomorrow", "yesterday", "today", "march", "april", "may", "june", "july", "august", "undo", "instead", "actually", "all", "help", "pay", "paid", "hello", "hi", "thank", "reset", "never", "mind", "forget", "open", "look", "find", "file", "internet", "down", "slow", "due", "overdue", "unpaid", "each", "month", "week", "turn", "just", "now", "cut"]
)


def spoken_french(raw: str) -> bool | None:
    """True for French, false for English, None where the words do not tell."""
    words = re.findall(r"[a-z]+", flatten(tidy(raw)))
    accents = len(re.findall(r"[àâçéèêëîïôûù]", raw.lower())) / 3
    french = sum(word in _FRENCH for word in words) + min(accents, 1.0)
    english = float(sum(word in _ENGLISH for word in words))
    if french == english:
        return None
    return french > english
