"""Structure files of all formats, small and right; tests break them."""

from __future__ import annotations

WATER_ROWS = "O 0 0 0.117790\nH 0 0.755450 -0.471161\nH 0 -0.755450 -0.471161\n"
WATER = f"3\nwater\n{WATER_ROWS}"
MOL = """water
  hand          3D

  3  2  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.1178 O   0  0  0  0  0  0
    0.0000    0.7555   -0.4712 H   0  0  0  0  0  0
    0.0000   -0.7555   -0.4712 H   0  0  0  0  0  0
  1  2  1  0
  1  3  1  0
M  END
"""
V3000 = """water
  hand          3D

  0  0  0     0  0            999 V3000
M  V30 BEGIN CTAB
M  V30 COUNTS 3 2 0 0 0
M  V30 BEGIN ATOM
M  V30 1 O 0 0 0.1178 0
M  V30 2 H 0 0.7555 -0.4712 0
M  V30 3 H 0 -0.7555 -0.4712 0
M  V30 END ATOM
M  V30 BEGIN BOND
M  V30 1 1 1 2
M  V30 2 1 1 3
M  V30 END BOND
M  V30 END CTAB
M  END
"""
MOL2 = """@<TRIPOS>MOLECULE
water
3 2 1
SMALL
USER_CHARGES

@<TRIPOS>ATOM
 1 O1 0.0 0.0 0.1178 O.3 1 WAT -0.8
 2 H1 0.0 0.7555 -0.4712 H 1 WAT 0.4
 3 H2 0.0 -0.7555 -0.4712 H 1 WAT 0.4
@<TRIPOS>BOND
 1 1 2 1
 2 1 3 1
"""
PDB = """HETATM    1  O   HOH A   1       0.000   0.000   0.118  1.00  0.00           O
HETATM    2  H1  HOH A   1       0.000   0.756  -0.471  1.00  0.00           H
HETATM    3  H2  HOH A   1       0.000  -0.756  -0.471  1.00  0.00           H
END
"""
ALL = {"xyz": WATER, "mol": MOL, "sdf": V3000 + "$$$$\n", "mol2": MOL2, "pdb": PDB}
"""The same molecule in every format."""

CH2 = """methylene
  hand          3D

  3  2  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.1050 C   0  0  0  0  0  0
    0.0000    0.9890   -0.3150 H   0  0  0  0  0  0
    0.0000   -0.9890   -0.3150 H   0  0  0  0  0  0
  1  2  1  0
  1  3  1  0
M  RAD  1   1   {}
M  END
"""
O2 = """oxygen
  hand          3D

  2  1  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 O   0  0  0  0  0  0
    0.0000    0.0000    1.2080 O   0  0  0  0  0  0
  1  2  1  0
M  RAD  2   1   2   2   2
M  END
"""


def glycinamide(*, locations: dict[str, str] | None = None, left: bool = False, elements: bool = True) -> str:
    atoms = [
        ("N", "GLY", (-1.788, 0.540, 0.080)),
        ("H1", "GLY", (-1.700, 1.500, -0.230)),
        ("H2", "GLY", (-2.590, 0.120, -0.370)),
        ("CA", "GLY", (-0.590, -0.260, -0.190)),
        ("HA2", "GLY", (-0.640, -0.650, -1.210)),
        ("HA3", "GLY", (-0.600, -1.110, 0.500)),
        ("C", "GLY", (0.690, 0.540, 0.010)),
        ("O", "GLY", (0.740, 1.760, 0.050)),
        ("N", "NH2", (1.800, -0.220, 0.110)),
        ("HN1", "NH2", (2.700, 0.230, 0.210)),
        ("HN2", "NH2", (1.760, -1.220, 0.060)),
    ]
    rows = []
    for name, residue, place in atoms:
        number = 1 if residue == "GLY" else 2
        written = f"{name:<4}" if left else f" {name:<3}"
        element = name[0] if elements else ""
        for k, label in enumerate((locations or {}).get(name if residue == "GLY" else "", " ")):
            x, y, z = (c + 0.3 * k * (axis == 2) for axis, c in enumerate(place))
            occupancy = {" ": 1.0, "A": 0.6, "B": 0.4}[label]
            rows.append(
                f"ATOM  {len(rows) + 1:5d} {written}{label}{residue} A{number:4d}    "
                f"{x:8.3f}{y:8.3f}{z:8.3f}{occupancy:6.2f}{0:6.2f}          {element:>2}"
            )
    return "\n".join([*rows, "END", ""])
