# SPDX-License-Identifier: Apache-2.0
"""Programs outside this project find Fidelia, compile, link and run.

Goal: C and C++ users can take the library in each way that the README promises.
Method: installs the build into a folder, moves that folder (nothing may depend on where it was), and builds
the two example projects beside this file against it: C through pkg-config and find_package, C++ through
find_package, pkg-config and add_subdirectory, and C++ with an Abseil of its own. Every build is first tried
without the library and must fail then, so that a success proves something.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


class Failure(Exception):
    pass


def run(command, environment=None, must_fail=False):
    done = subprocess.run([str(word) for word in command], env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if must_fail and done.returncode == 0:
        raise Failure(f"succeeded without the library: {' '.join(map(str, command))}")
    if not must_fail and done.returncode != 0:
        raise Failure(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


class Workshop:
    """One installed copy of the library and a folder for builds against it."""

    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.folder = folder
        run(["cmake", "--install", arguments.build, "--prefix", folder / "first"])
        self.prefix = folder / "moved here"  # a space: paths must be quoted everywhere
        (folder / "first").rename(self.prefix)
        configs = list(self.prefix.rglob("FideliaConfig.cmake"))
        if len(configs) != 1:
            raise Failure(f"installed {len(configs)} FideliaConfig.cmake")
        self.library_dir = configs[0].parents[2]
        self.has_c = any(self.library_dir.glob("libfidelia.so"))
        self.environment = {key: value for key, value in os.environ.items()
                            if not key.startswith(("CMAKE_", "PKG_CONFIG", "Fidelia", "LD_LIBRARY"))}

    def configure(self, project, build, *definitions, must_fail=False):
        command = ["cmake", "-S", HERE / project, "-B", build, "-G", self.arguments.generator,
                   f"-DCMAKE_C_COMPILER={self.arguments.cc}", f"-DCMAKE_CXX_COMPILER={self.arguments.cxx}",
                   "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF", *definitions]
        return run(command, self.environment, must_fail)

    def with_cmake(self, project, name, *definitions):
        without = self.folder / f"{name}-without"
        self.configure(project, without, "-DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF", *definitions, must_fail=True)
        build = self.folder / name
        self.configure(project, build, f"-DCMAKE_PREFIX_PATH={self.prefix}", *definitions)
        run(["cmake", "--build", build], self.environment)
        return self.expect(build / "consumer", name)

    def with_pkg_config(self, compiler, flags, source, package, name):
        program = self.folder / name
        command = [compiler, *flags, source, "-o", program]
        run(command, must_fail=True)
        pc_dir = self.library_dir / "pkgconfig"
        environment = {**self.environment, "PKG_CONFIG_LIBDIR": str(self.folder)}
        run(["pkg-config", "--exists", package], environment, must_fail=True)
        environment = {**self.environment, "PKG_CONFIG_PATH": str(pc_dir)}  # and the system's, for SQLite
        quoted = run(["pkg-config", "--cflags", "--libs", package], environment)
        run(["sh", "-c", f'"$@" {quoted.strip()}', "sh", *command])
        return self.expect(program, name)

    def with_subdirectory(self, name):
        missing = f"-DFIDELIA_DIR={self.folder / 'nowhere'}"
        self.configure("cpp_consumer", self.folder / f"{name}-without", missing, must_fail=True)
        # Beside the build tested, for ccache: it knows an object again by its relative paths.
        build = self.arguments.build.resolve().parent / "consumer"
        shutil.rmtree(build, ignore_errors=True)
        definitions = [f"-DFIDELIA_DIR={ROOT}", "-DCMAKE_BUILD_TYPE=Release"]
        # The rest spares time: no second download, and the objects that ccache has from the build tested.
        if (ROOT / "build" / "abseil" / ".fidelia-source").exists():
            definitions.append(f"-DFIDELIA_ABSL_SOURCE={ROOT / 'build' / 'abseil'}")
        if shutil.which("ccache"):
            definitions += ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache", "-DFIDELIA_WARNINGS=ON"]
        self.configure("cpp_consumer", build, *definitions)
        run(["cmake", "--build", build, "--target", "consumer"], self.environment)
        if (build / "fidelia" / "tests").exists():
            raise Failure("a consumer had to configure Fidelia's tests")
        return self.expect(build / "consumer", name)

    def expect(self, program, name):
        environment = {**self.environment, "LD_LIBRARY_PATH": str(self.library_dir)}
        output = run([program], environment).strip()
        if not output.endswith("works"):
            raise Failure(f"{name}: said {output!r}")
        print(f"{name}: {output}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--generator", default="Ninja")
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--cxx", default="c++")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            workshop = Workshop(arguments, Path(folder))
            if workshop.has_c:
                workshop.with_pkg_config(arguments.cc, ["-std=c99", "-pedantic-errors", "-Wall", "-Werror"],
                                         HERE / "c_consumer" / "main.c", "fidelia", "C, pkg-config")
                workshop.with_cmake("c_consumer", "C, find_package")
            workshop.with_pkg_config(arguments.cxx, ["-std=c++20", "-Wall", "-Werror"],
                                     HERE / "cpp_consumer" / "main.cc", "fidelia-cpp", "C++, pkg-config")
            workshop.with_cmake("cpp_consumer", "C++, find_package")
            if Path("/usr/include/absl/strings/str_cat.h").exists():
                workshop.with_cmake("cpp_consumer", "C++, with an Abseil of its own", "-DWITH_ABSEIL=ON")
            else:
                print("C++, with an Abseil of its own: not tried, libabsl-dev is not installed")
            workshop.with_subdirectory("C++, add_subdirectory")
        except Failure as failure:
            print(failure)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
