"""Payloads with some of their parts replaced by something else."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

_ODD = st.sampled_from([None, 0, -1, 1e308, True, "", "x\0\ud800", [], [None], {}, {"id": 3}, "9" * 3000])


@st.composite
def mutated(draw: st.DrawFn, payload: Any) -> Any:
    payload = copy.deepcopy(payload)
    for _ in range(draw(st.integers(1, 4))):
        node = payload
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            child = node[key]
            if not isinstance(child, dict | list) or draw(st.booleans()):
                node[key] = copy.deepcopy(draw(_ODD))
                break
            node = child
    return payload
