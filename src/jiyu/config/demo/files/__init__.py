"""The files of the demo company 苏州衡川精密传动有限公司 (invented), from a fixed seed.

`generate` writes what real systems and people would hand over: a roster, HR's moves, exports of MES, CRM,
ERP, attendance, tickets and forms, and the sheets of eight cycles, with the faults such files have.
Pure: no database, no web framework; the demo imports these files through the same doors as anybody's.
"""

from __future__ import annotations

from .generate import SEED, generate
from .manifest import (
    DemoAnswer,
    DemoCycle,
    DemoFile,
    DemoFiles,
    DemoIndicator,
    DemoInput,
    DemoMatch,
    DemoMeasure,
    DemoSource,
)

__all__ = [
    "SEED",
    "DemoAnswer",
    "DemoCycle",
    "DemoFile",
    "DemoFiles",
    "DemoIndicator",
    "DemoInput",
    "DemoMatch",
    "DemoMeasure",
    "DemoSource",
    "generate",
]
