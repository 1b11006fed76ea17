# SPDX-License-Identifier: Apache-2.0
"""Arrows between rooms point one way only.

Goal: nobody can make a room depend on one above or beside it, or show a private dependency to users.
Method: reads every #include of the sources and compares its room with the rule below; then runs the same
check on small made-up trees that break each rule, so that the check itself is known to work.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

# Each layer may use every layer before it; rooms of one layer do not use each other.
LAYERS = [
    {"core"},
    {"customer"},
    {"audience", "scoring"},
    {"stage", "loyalty", "service", "outreach", "people"},
    {"advice"},
    {"report"},
    {"engine"},
]
# May use every room but engine; nobody in the library uses it, except the catalogue and the C ABI.
SIMULATION = "simulation"
# capi uses every room. Bindings see the C ABI's header and nothing else of ours.
SOURCES = {".h", ".inc", ".cc", ".c"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)
PRIVATE_LIBRARIES = ("absl/", "boost/", "nlohmann/", "Eigen/", "roaring/", "sqlite3")


def layer_of(room):
    for number, rooms in enumerate(LAYERS):
        if room in rooms:
            return number
    return None


def room_of_file(path):
    """The room of a source, given its path from the project's root."""
    parts = path.parts
    if parts[0] == "include":
        return parts[2] if len(parts) > 3 else None
    if parts[0] == "src":
        return parts[1] if len(parts) > 2 else "catalogue"
    return parts[0]  # capi or bindings


def target_of_include(name):
    """(room, public?) of an include of ours, or None when it is not ours."""
    parts = name.split("/")
    if parts[0] == "fidelia" and len(parts) >= 3:
        return parts[1], True
    if parts[0] == "fidelia" and len(parts) == 2:
        return "catalogue", True
    if parts[0] == "src":
        return (parts[1] if len(parts) >= 3 else "catalogue"), False
    if parts[0] == "capi" or name == "fidelia.h":
        return "capi", name in ("capi/fidelia.h", "fidelia.h")
    return None


def may_use(room, target):
    if room == target or room == "catalogue":  # catalogue.cc lists what all rooms can do
        return target not in ("capi", "bindings")
    if room == "capi":
        return target != "bindings"
    if room == SIMULATION:
        return layer_of(target) is not None and target != "engine"
    if target == "catalogue":  # the list is used from above, never by what it lists
        return room == "engine"
    source, destination = layer_of(room), layer_of(target)
    return source is not None and destination is not None and destination < source


def faults_of_file(root, path):
    room = room_of_file(path)
    public = path.parts[0] == "include"
    text = (root / path).read_text(encoding="utf-8")
    for match in INCLUDE.finditer(text):
        name = match.group(2)
        where = f"{path}:{text.count(chr(10), 0, match.start(2)) + 1}"
        if public and name.startswith(PRIVATE_LIBRARIES):
            yield f"{where}: a public header shows {name}; only the standard library may be seen there"
        target = target_of_include(name)
        if target is None:
            if match.group(1) == '"' and path.parts[0] in ("include", "src"):
                yield f'{where}: "{name}" is no path from the project\'s root'
            continue
        target_room, target_is_public = target
        if public and not target_is_public:
            yield f"{where}: a public header includes the private {name}"
        if room == "bindings":
            if not (target_room == "capi" and target_is_public):
                yield f"{where}: a binding uses {name}; bindings stand on fidelia.h alone"
        elif room == "capi" and target_room == "capi":
            continue
        elif not may_use(room, target_room):
            yield f"{where}: room {room} may not use room {target_room} ({name})"


def faults(root):
    found, files = [], 0
    for top in ("include", "src", "capi", "bindings"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in SOURCES or not path.is_file():
                continue
            relative = path.relative_to(root)
            room = room_of_file(relative)
            known = {"catalogue", "capi", "bindings", SIMULATION, None}.union(*LAYERS)
            if room not in known:
                found.append(f"{relative}: {room} is no room")
                continue
            files += 1
            found.extend(faults_of_file(root, relative))
    return found, files


SELF_TEST = [  # path, include line, must it be refused?
    ("include/fidelia/core/a.h", "#include <cstdint>", False),
    ("include/fidelia/customer/a.h", '#include "fidelia/core/status.h"', False),
    ("include/fidelia/core/a.h", '#include "fidelia/customer/orders.h"', True),
    ("include/fidelia/scoring/a.h", '#include "fidelia/audience/rule.h"', True),
    ("src/stage/a.cc", '#include "src/loyalty/ledger.h"', True),
    ("src/advice/a.cc", '#include "fidelia/stage/stage.h"', False),
    ("src/stage/a.cc", '#include "fidelia/advice/next_step.h"', True),
    ("src/simulation/a.cc", '#include "fidelia/report/report.h"', False),
    ("src/simulation/a.cc", '#include "fidelia/engine/store.h"', True),
    ("src/scoring/a.cc", '#include "fidelia/simulation/company.h"', True),
    ("src/scoring/a.cc", '#include "capi/fidelia.h"', True),
    ("src/scoring/a.cc", "#include <absl/strings/str_cat.h>", False),
    ("include/fidelia/core/a.h", "#include <absl/strings/str_cat.h>", True),
    ("include/fidelia/core/a.h", '#  include "boost/math/constants.hpp"', True),
    ("include/fidelia/core/a.h", "#include <nlohmann/json.hpp>", True),
    ("include/fidelia/core/a.h", '#include "src/core/try.h"', True),
    ("src/core/a.cc", '#include "try.h"', True),
    ("src/catalogue.cc", '#include "fidelia/engine/store.h"', False),
    ("src/catalogue.cc", '#include "capi/fidelia.h"', True),
    ("capi/a.cc", '#include "capi/guard.h"', False),
    ("capi/a.cc", '#include "fidelia/engine/store.h"', False),
    ("bindings/python/src/a.cc", "#include <fidelia.h>", False),
    ("bindings/python/src/a.cc", '#include "fidelia/core/status.h"', True),
    ("bindings/python/src/a.cc", '#include "capi/guard.h"', True),
    ("src/cellar/a.cc", "#include <vector>", True),
]


def self_test():
    wrong = []
    for name, line, refused in SELF_TEST:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.parent.mkdir(parents=True)
            path.write_text(f"// a comment\n{line}\n", encoding="utf-8")
            found, _ = faults(Path(folder))
            if bool(found) != refused:
                wrong.append(f"self-test: {name} with {line}: {found or 'was let through'}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    root = parser.parse_args().root
    found, files = faults(root)
    if files == 0:
        found.append(f"{root}: no sources found")
    found += self_test()
    print("\n".join(found) if found else f"{files} files, {len(SELF_TEST)} made-up cases: all arrows point one way")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
