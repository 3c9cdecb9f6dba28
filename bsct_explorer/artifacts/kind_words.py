"""What a person reads and sees of each kind of finding."""

from __future__ import annotations

KIND_WORDS = {
    "energy-step": "energy step",
    "force-kink": "force kink",
    "artificial-minimum": "artificial minimum",
    "wall-collapse": "wall collapse",
    "outer-fall": "outer fall",
    "spurious-force": "spurious force",
    "rough-force": "rough force",
    "non-conservative": "non-conservative force",
}

SYMBOLS = {
    "energy-step": "square",
    "force-kink": "diamond",
    "artificial-minimum": "inverted_triangle",
    "wall-collapse": "triangle",
    "outer-fall": "triangle",
    "spurious-force": "circle",
    "rough-force": "hex",
    "non-conservative": "star",
}

WHY = {
    "energy-step": "A jump of the energy gives a moving atom energy from nowhere, or takes it: molecular dynamics at "
    "constant energy drifts each time the bond length passes this place.",
    "force-kink": "Where the force jumps, an integrator with a fixed time step loses its order and a geometry "
    "optimiser can hop back and forth without converging.",
    "artificial-minimum": "A real bond has one minimum. In a second one, a stretched or half-formed bond gets caught: "
    "reaction barriers, relaxed structures and dynamics at high temperature are wrong there.",
    "wall-collapse": "Two atoms pushed together must repel ever more strongly. Here the wall turns over, so a hard "
    "collision ends with atoms falling into one another.",
    "outer-fall": "Pulling two bonded atoms apart must cost energy until they are free. Here the energy falls again, "
    "so beyond this place the potential tears the bond by itself.",
    "spurious-force": "The force points the wrong way: it pushes the atoms apart where they attract each other, or "
    "the other way round.",
    "rough-force": "The force wiggles more often than a bond's does. Vibrational frequencies and everything else that "
    "depends on curvature is unreliable there, even where energies look right.",
    "non-conservative": "The forces are not the slope of the energy: moving along a closed path gains or loses "
    "energy, and dynamics heats up or cools down.",
}
