"""Errors that a user can act on.

Each message names the value, the cause and the next step. The command line prints it as one line and exits with
code 2; the page shows it as a notification and keeps what was there.
"""


class ExplorerError(Exception):
    """Base of every error meant for the user."""


class MoleculeError(ExplorerError, ValueError):
    """A molecule could not be made from what was given."""


class DeformationError(ExplorerError, ValueError):
    """A molecule cannot be deformed along the coordinate asked for."""


class PotentialError(ExplorerError, RuntimeError):
    """A potential could not be loaded, does not cover the molecule, or failed on every frame."""


class ReferenceDataError(ExplorerError, ValueError):
    """Reference energies and forces could not be read, or do not belong to the scan."""


class ThresholdError(ExplorerError, ValueError):
    """There is no such threshold, or it cannot have that value."""


class MissingPackageError(ExplorerError, ImportError):
    """A package that this part needs is not installed."""


class Cancelled(ExplorerError):
    """The person asked to stop; nothing went wrong."""
