"""Which keys of a file mean the charge and the spin, in every spelling that programs and people use.

Classes of keys that are understood: the total charge, the multiplicity 2S + 1, and the number of unpaired electrons.
Keys that look like one and are none of them are named, never dropped: see `charge_and_spin`.
"""

from __future__ import annotations

import re

CHARGE, MULTIPLICITY, SPIN, UNPAIRED = "charge", "multiplicity", "spin", "unpaired"
"""Classes of keys. `SPIN` is 2S + 1, as Open Molecules 2025, MACE (``total_spin``) and SO3LR write it."""

_BEFORE = (
    r"(?:pubchem|ref|dft|qm|mol|molecules?|molecular|systems?|sys|cluster|total|tot|net|overall|formal|full|global|"
    r"electronic|elec|groundstate|gs|state|initial|i)*"
)
_COUNT = r"(?:n|num|numberof|number|nof|no|nr|nb|count|of|total)*"
_CLASSES = (
    (CHARGE, re.compile(rf"{_BEFORE}(?:charge|chg|chrg|q)(?:total|tot|net|e|au|state)*")),
    (
        MULTIPLICITY,
        re.compile(
            rf"{_BEFORE}(?:spin)?(?:multiplicity|multip|mult|mul)(?:spin)?|2s\+1|2s1|"
            rf"multiplicity2s\+?1|{_BEFORE}spinstate"
        ),
    ),
    (SPIN, re.compile(rf"{_BEFORE}spin(?:total|tot)?|spin2s\+?1|s2s\+?1")),
    (
        UNPAIRED,
        re.compile(
            rf"{_COUNT}(?:elec|electrons?)?unpaired(?:elec|electrons?|spins?|e)?|n?uhf|2s|"
            rf"{_COUNT}(?:radicalelectrons?|openshells?|open|somos?|singlyoccupied(?:orbitals?)?)"
        ),
    ),
)
_LIKE_CHARGE = re.compile(r"charg|chg|chrg|^q$|^q(tot|net)|anion|cation")
_LIKE_SPIN = re.compile(
    r"spin|multipl|^mult|mult$|unpair|uhf|magmom|magnet|radical|^n?(um)?elec(trons?)?$|openshell|^2?ms2?$|^s$|^sz$|^m$|^n(alpha|beta)$"
)
_NOT_TOTAL = re.compile(
    r"partial|mulliken|hirshfeld|lowdin|l.wdin|^esp|resp|gasteiger|bader|nbo|mmff|atomic|peratom|charges$|spins$|moms$|"
    r"orbit|densit|center|file|type|model|method|contamination"
)
"""Of atoms or of something else, never the molecule's total."""


def plain_key(key: str) -> str:
    """A key without case, blanks, hyphens and underscores: ``Total_Charge`` → ``totalcharge``."""
    return re.sub(r"[^a-z0-9+]", "", key.lower())


def class_of(key: str) -> str | None:
    """What a key means, None where it is none that is understood."""
    plain = plain_key(key)
    return next((name for name, pattern in _CLASSES if pattern.fullmatch(plain)), None)


def looks_like(key: str) -> str | None:
    """`CHARGE` or `MULTIPLICITY` where a key looks like one, None where it does not or is of single atoms."""
    plain = plain_key(key)
    if _NOT_TOTAL.search(plain):
        return None
    if _LIKE_CHARGE.search(plain):
        return CHARGE
    return MULTIPLICITY if _LIKE_SPIN.search(plain) else None


def of_atoms(column: str) -> str | None:
    """`CHARGE` or `UNPAIRED` where a column of numbers, one an atom, holds charges or magnetic moments; None else."""
    plain = plain_key(column)
    if re.search(r"magmom|magneticmoment|spin", plain):
        return UNPAIRED
    return CHARGE if re.search(r"charge|^q$", plain) else None
