"""The wheel's build hook: builds the app of `web/` and ships it as `denyut/webapp`.

An editable installation is left alone: there the service serves `web/dist` beside the package.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGED = "denyut/webapp"


class WebAppHook(BuildHookInterface):
    """Adds the built app to the files of a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the files are collected; raises WebBuildProblem with its remedy."""
        if version != "editable":
            dist = _builder(Path(self.root)).built(Path(self.root, "web"))
            for path in sorted(dist.rglob("*")):
                if path.is_file():
                    build_data["force_include"][str(path)] = f"{PACKAGED}/{path.relative_to(dist)}"


def _builder(root: Path) -> ModuleType:
    """`denyut.web_build`, from its file: what the rest of Denyut needs is not installed yet."""
    name = "denyut_web_build"
    spec = importlib.util.spec_from_file_location(name, root / "denyut" / "web_build.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError("denyut/web_build.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    return module
