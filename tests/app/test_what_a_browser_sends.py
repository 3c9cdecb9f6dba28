"""No text from a browser opens a file of the server, or tells whether one exists."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import numpy as np
import pytest
from disk_watch import disk_watch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bsct_explorer.app.page import PageSession
from bsct_explorer.app.session.molecule_sources import load_shown_molecule, read_upload, structure_text
from bsct_explorer.app.state import ADDRESS, ExplorerState, from_query, pack_text, to_query
from bsct_explorer.app.tabs import map_tab
from bsct_explorer.errors import ExplorerError, MoleculeError, PotentialError, ReferenceDataError
from bsct_explorer.molecules import fragments, load_molecule, offered_molecule, offered_systems
from bsct_explorer.potentials import info_of, load_offered
from bsct_explorer.study import StudySettings

SECRET = "secretplace"
"""Name of the folder whose files nobody may hear of; no part of it is a SMILES string."""
WATER = "3\n\nO 0 0 0.119\nH 0 0.763 -0.477\nH 0 -0.763 -0.477\n"
MODEL = "def make():\n    raise SystemExit('the stranger ran this')\n"
FILES = {"there.xyz": WATER, "there.mol": WATER, "there": WATER, "model.py": MODEL, "curve.csv": "1,2\n", "x.toml": ""}
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with files that a browser may not name, beside a BSCT-SPICE folder that it may, in the home folder."""
    home = tmp_path_factory.mktemp("home")
    folder = home / SECRET
    (folder / "C-C" / "5").mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (folder / "C-C" / "5" / "unperturbed.xyz").write_text(WATER)
    data = home / "bsct_spice"
    (data / "C-C" / "7").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("BSCT_SPICE_DIR", str(data))
        patch.delenv("BSCT_MODELS", raising=False)
        patch.chdir(home)
        yield folder


BLANKS = ("", " ", "  ", "\t", "\n", "\r\n", "\v", "\f", "\x00", "\x1f", "\x85", "\xa0", "\u2003", "\u2028", "\u3000")
UNSEEN = ("\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\xad", "\ud800")
AROUND = st.sampled_from((*BLANKS, *UNSEEN)).flatmap(
    lambda a: st.sampled_from(("", " ", "\u200b")).map(lambda b: a + b)
)


@st.composite
def spellings(draw: st.DrawFn, name: str) -> Callable[[Path], str]:
    """One way to write the path of `name` in a folder."""
    how = draw(
        st.sampled_from(
            ("absolute", "relative", "dotted", "home", "url", "percent", "backslash", "twice", "parents", "system")
        )
    )
    upper = draw(st.booleans())
    before, inside, after = draw(AROUND), draw(st.sampled_from(("", "", *BLANKS, *UNSEEN))), draw(AROUND)
    prefix = draw(st.sampled_from(("", "", "bsct-spice:", "BSCT-SPICE: ", "bsct-spice:\t", "mol:", "file:")))
    ending = draw(st.sampled_from(("", "", "", "/", "/.", "#", "?", "/../" + name, ":make", "@k=4")))

    def spell(folder: Path) -> str:
        file = name.upper() if upper else name
        relative = f"{folder.name}/{file}"
        text = {
            "absolute": str(folder / file),
            "relative": relative,
            "dotted": f"./{folder.name}/../{relative}",
            "home": f"~/{relative}",
            "url": (folder / file).as_uri(),
            "percent": quote(str(folder / file), safe="").replace(".", "%2e"),
            "backslash": str(folder / file).replace("/", "\\"),
            "twice": str(folder / file).replace("/", "//"),
            "parents": f"../{folder.parent.name}/{relative}",
            "system": f"C-C/../../{folder.name}/C-C/5",
        }[how]
        cut = len(text) // 2
        return f"{before}{prefix}{text[:cut]}{inside}{text[cut:]}{ending}{after}"

    return spell


def outcome(what: Callable[[str], object], text: str) -> str:
    """The words that a text is refused with, or what it gives."""
    try:
        return f"answered with {what(text)!r}"
    except ExplorerError as error:
        return f"{type(error).__name__}: {error}"


def refused_alike(what: Callable[[str], object], text: str, secret: Path) -> None:
    """The same text with its file there and with its folder away: refused, in the same words, and nothing touched."""
    away = secret.with_name("elsewhere")
    with disk_watch(secret.name) as touched:
        there = outcome(what, text)
        secret.rename(away)
        try:
            missing = outcome(what, text)
        finally:
            away.rename(secret)
    assert [line for line in touched if not line.startswith("os.rename")] == []
    assert there == missing
    assert not there.startswith("answered"), there


def by_address(text: str) -> object:
    """A molecule as a page opens it: the text through a whole address."""
    values, problems = from_query("?" + urlencode({"mol": text}, errors="surrogatepass"))
    assert problems == []
    return load_shown_molecule(values["molecule"])


def by_saved_state(text: str) -> object:
    """A molecule as a shared link brings it: written by one state, read by another."""
    query = urlencode(to_query(ExplorerState(molecule=text)), errors="surrogatepass")
    return load_shown_molecule(from_query(query)[0]["molecule"])


@pytest.mark.parametrize("door", [offered_molecule, load_shown_molecule, by_address, by_saved_state])
@QUICK
@given(spell=st.sampled_from(sorted(FILES)).flatmap(spellings))
def test_every_spelling_of_a_path_is_refused_as_if_there_were_no_file(
    secret: Path, door: Callable[[str], object], spell: Callable[[Path], str]
) -> None:
    refused_alike(door, spell(secret), secret)


@pytest.mark.parametrize("door", [info_of, load_offered])
@QUICK
@given(
    prefix=st.sampled_from(("", "testbed:", "mace:", "gfn2-xtb ", "ani1x@")),
    spell=st.sampled_from(sorted(FILES)).flatmap(spellings),
)
def test_no_potential_is_loaded_from_a_path(
    secret: Path, door: Callable[[str], object], prefix: str, spell: Callable[[Path], str]
) -> None:
    refused_alike(door, prefix + spell(secret), secret)


@QUICK
@given(spell=st.sampled_from(sorted(FILES)).flatmap(spellings))
def test_a_packed_structure_is_only_text(secret: Path, spell: Callable[[Path], str]) -> None:
    def by_structure(text: str) -> object:
        values, problems = from_query(urlencode({"xyz": pack_text(text.replace("\ud800", ""))}))
        assert problems == []
        return load_shown_molecule("ethane", structure=values["structure"])

    refused_alike(by_structure, spell(secret), secret)
    refused_alike(by_structure, f"2\nname={spell(secret)}\nH 0 0 0", secret)


@QUICK
@given(spell=st.sampled_from(sorted(FILES)).flatmap(spellings))
def test_the_name_of_an_upload_is_only_a_name(secret: Path, spell: Callable[[Path], str]) -> None:
    def upload(text: str) -> str:
        molecule = read_upload(text + ".xyz", WATER.encode())
        raise MoleculeError(molecule.name)

    refused_alike(upload, spell(secret), secret)


@pytest.mark.parametrize(
    "text",
    [
        " {}/there.xyz ",
        "{}/there.xyz",
        "{}/THERE.XYZ",
        "file://{}/there.xyz",
        "{}/there",
        "{}",
        "~/secretplace/there.xyz",
        "secretplace",
        "bsct-spice:../secretplace/C-C/5",
        "bsct-spice: ../secretplace",
        "BSCT-SPICE:{}/C-C/5",
        "bsct-spice:C-C/7/../../../secretplace/C-C/5",
        "bsct-spice:/C-C/7",
        "bsct-spice:C-C\\7",
        "bsct-spice:C-C/.",
    ],
)
def test_what_was_thought_of_is_refused_and_names_no_folder_of_the_server(secret: Path, text: str) -> None:
    with disk_watch("there", "unperturbed") as touched, pytest.raises(MoleculeError) as caught:
        offered_molecule(text.format(secret))
    assert touched == []
    # What the person typed may be said back, and nothing else of the server's folders.
    assert str(secret.parent) not in str(caught.value).replace(str(secret), "")


def test_links_out_of_the_data_folder_are_not_offered(
    secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "C-C" / "7").mkdir(parents=True)
    (tmp_path / "C-C" / "8").symlink_to(secret / "C-C" / "5")
    (tmp_path / "C-C" / "9").symlink_to(tmp_path / "C-C" / "7")
    (tmp_path / "C-N").symlink_to(secret / "C-C")
    monkeypatch.setenv("BSCT_SPICE_DIR", str(tmp_path))
    assert offered_systems() == (["C-C/7", "C-C/9"], "")
    for name in ("C-C/8", "C-N/5"):
        with disk_watch("unperturbed") as touched, pytest.raises(MoleculeError, match="offers no BSCT-SPICE system"):
            offered_molecule(f"bsct-spice:{name}")
        assert touched == []


def test_an_offered_system_with_a_link_to_a_file_outside_is_not_read(
    secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    methanol, system = load_molecule("methanol"), tmp_path / "C-O" / "7"
    system.mkdir(parents=True)
    (system / "unperturbed.xyz").write_text(structure_text(methanol))
    labels = fragments(methanol, 0, 1)
    np.savez(system / "partition.npz", bond_index=(0, 1), perturb_range=(1.0, 3.0, 100), labels=labels)
    monkeypatch.setenv("BSCT_SPICE_DIR", str(tmp_path))
    assert offered_molecule("\u2003bsct-spice: C-O/7\n").formula == "CH4O"
    (system / "atoms_0.xyz").symlink_to(secret / "there.xyz")
    with disk_watch("unperturbed") as touched, pytest.raises(MoleculeError, match="cannot be read on this") as caught:
        offered_molecule("bsct-spice:C-O/7")
    assert touched == []
    assert str(tmp_path) not in str(caught.value)


def test_people_on_the_server_keep_their_door(secret: Path) -> None:
    assert load_molecule(f" {secret}/there.xyz ").formula == "H2O"
    assert load_molecule(secret / "there.xyz").formula == "H2O"


def test_what_may_be_named_can_still_be_named() -> None:
    assert offered_molecule("\u200b Acetic  ACID\n").name == "acetic acid"
    assert offered_molecule("CCO").source == "smiles"
    assert offered_molecule("water", charge=1).charge == 1
    with pytest.raises(MoleculeError, match="did you mean aspirin"):
        offered_molecule("asprin")
    with pytest.raises(MoleculeError, match="Upload it under Structure file"):
        offered_molecule("structure.pdb")
    with pytest.raises(MoleculeError, match="9999 characters"):
        offered_molecule("C" * 9999)


@settings(max_examples=200, deadline=None)
@given(key=st.sampled_from(sorted(ADDRESS)), text=st.text(max_size=40))
def test_an_address_never_breaks_the_page(key: str, text: str) -> None:
    values, problems = from_query(urlencode({key: text}))
    ExplorerState(**values)
    assert len(problems) <= 1


@pytest.mark.parametrize("text", ["{}/curve.csv", "curve.csv", " {}/there.xyz", "mace:{}/there", "{}/model.py:make"])
def test_a_reference_is_one_of_those_offered(secret: Path, text: str) -> None:
    named = text.format(secret)
    with disk_watch("curve.csv", "there", "model.py") as touched:
        session = PageSession(ExplorerState(reference=named, potentials=["morse"]))
    assert session.state.reference == "gfn2-xtb"
    assert any(named in problem for problem in session.problems)
    assert touched == []
    session.close()


def test_a_reference_of_an_upload_is_content_never_a_path(secret: Path) -> None:
    from bsct_explorer.deformations import BondStretch
    from bsct_explorer.references import read_reference

    scan = BondStretch(0, 1).scan(load_molecule("ethane"))
    with disk_watch("curve.csv") as touched, pytest.raises(ReferenceDataError, match="did not arrive as a file"):
        read_reference(str(secret / "curve.csv"), scan, name="curve.csv")  # type: ignore[arg-type]
    assert touched == []


def test_the_watch_sees_what_it_should(secret: Path) -> None:
    ways: list[Callable[[Path], object]] = [
        lambda path: path.read_text(),
        lambda path: path.is_file(),
        lambda path: os.path.exists(path),
        lambda path: os.close(os.open(path, os.O_RDONLY)),
        lambda path: load_molecule(path),
    ]
    for way in ways:
        with disk_watch(secret.name) as touched:
            way(secret / "there.xyz")
        assert touched
    with pytest.raises(PotentialError), disk_watch(secret.name) as touched:
        info_of("nothing of the kind")
    assert touched == []


def test_a_map_takes_no_reference_that_is_not_offered(secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser can send any value for a list, whatever the list offers."""
    asked: list[StudySettings] = []
    monkeypatch.setattr(map_tab, "run_map", lambda grid, model, settings, *_, **__: asked.append(settings))
    session = PageSession(ExplorerState(molecule="water", potentials=["morse"], reference=""))
    session.explorer.start()
    session.map.reference.param.update(options=["lennard-jones", str(secret / "curve.csv")])
    for named in (str(secret / "curve.csv"), "lennard-jones"):
        session.map.reference.value = named
        session.map.start()
        end = time.monotonic() + 120
        while not asked and time.monotonic() < end:
            time.sleep(0.01)
        assert asked.pop().reference == (named if named == "lennard-jones" else None)
    session.close()


STRANGE = (
    ("lo", "nan"),
    ("hi", "inf"),
    ("from", "nan"),
    ("frame", "9" * 30),
    ("charge", "-" + "9" * 30),
    ("mult", "9" * 30),
    ("bond", "99999999999999-1"),
    ("bond", "\uff11-0"),
    ("angle", "0-0-0"),
    ("torsion", "\u00b2-1-2-3"),
    ("models", "@@@"),
    ("models", "testbed-D@k=" + "9" * 30),
    ("models", "testbed-D@tau=inf"),
    ("ref", "@k=4"),
    ("thr", "coarse_points:1e300"),
    ("thr", "kink:nan"),
    ("edgeby", "attention-x-y"),
    ("variant", "../../x"),
    ("switch", "k=" + "9" * 30),
    ("mol", "%"),
    ("xyz", pack_text("5\n")),
    ("xyz", pack_text("2\nspin=1e400\nH 0 0 0\nH 0 0 1\n")),
    ("xyz", pack_text("2\n\nH 1e308 0 0\nH -1e308 0 1\n")),
)


@pytest.mark.parametrize(("key", "text"), STRANGE, ids=[f"{key}={text[:24]!a}" for key, text in STRANGE])
def test_a_page_opens_whatever_its_address_says(key: str, text: str) -> None:
    values, _ = from_query(urlencode({"mol": "water", "models": "morse", "ref": "", "tab": "lab", key: text}))
    session = PageSession(ExplorerState(**values))
    session.explorer.start()
    end = time.monotonic() + 60
    while session.explorer._reading.running and time.monotonic() < end:
        time.sleep(0.01)
    session.close()


@pytest.mark.parametrize(
    ("settings_text", "named"),
    [
        (None, "models.toml"),
        ("[[model", "models.toml"),
        ('[[model]]\nspec = "gone.py:make"\nname = "gone"\n', "gone.py"),
        ('[[model]]\nspec = "testbed:gone.safetensors"\nname = "gone"\n', "gone.safetensors"),
    ],
    ids=["no settings", "broken settings", "no file", "no weights"],
)
def test_the_page_names_no_folder_of_the_servers_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings_text: str | None, named: str
) -> None:
    file = tmp_path / "models.toml"
    if settings_text is not None:
        file.write_text(settings_text)
    monkeypatch.setenv("BSCT_MODELS", str(file))
    words = list(PageSession(ExplorerState(potentials=["nonsense"])).problems)
    with pytest.raises(PotentialError) as caught:
        load_offered("gone")
    words.append(str(caught.value))
    assert any(named in text for text in words)
    assert [text for text in words if str(tmp_path) in text] == []


def test_messages_on_the_data_set_name_no_folder_of_the_server(tmp_path: Path) -> None:
    from bsct_explorer.molecules.bsct_spice import read_partition, read_spice_frame

    folder = tmp_path / "C-C" / "7"
    folder.mkdir(parents=True)
    (folder / "atoms_3.xyz").write_text("nonsense")
    (folder / "partition.npz").write_text("nonsense")
    for read, place in (
        (lambda: read_partition(folder), "C-C/7/partition.npz"),
        (lambda: read_partition(folder.with_name("8")), "C-C/8/partition.npz"),
        (lambda: read_spice_frame(folder / "atoms_3.xyz"), "C-C/7/atoms_3.xyz"),
        (lambda: read_spice_frame(folder / "atoms_4.xyz"), "C-C/7/atoms_4.xyz"),
    ):
        with pytest.raises(MoleculeError, match=place) as caught:
            read()
        assert str(tmp_path) not in str(caught.value)
