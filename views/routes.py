"""The addresses of the pages, each made ready to be built when it is first built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class Route(Rule):
    """An address. Werkzeug writes and compiles two functions that build it as soon as it is known: for a thousand
    addresses nine tenths of the time `create_app` took, and 5 MB. Here each waits until somebody builds the address.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_builder, name = super()._compile_builder, "_build_unknown" if append_unknown else "_build"

        def first(route: Any, /, **values: Any) -> tuple[str, str]:
            build = compile_builder(append_unknown).__get__(route, None)
            setattr(route, name, build)
            return build(**values)  # type: ignore[no-any-return]

        return first
