"""Every reason to refuse a file, in words: what it is, and the one step that helps."""

from __future__ import annotations

from typing import Any

from jiyu.lib.tables.cells import TableFileError
from jiyu.lib.text import Problem, Text, counted

_SAVE_AS = Text(
    "用 Excel 或 WPS 打开它，“另存为”选 .xlsx，再拖进来。",
    "Open it in Excel, save it as .xlsx and drop that file.",
)
_FROM_ITS_SOURCE = Text(
    "改后缀变不成表格。回到它来的系统，把同一张表导出成 .xlsx 或 .csv。",
    "Another ending makes no table of it. Export the same table as .xlsx or .csv where it came from.",
)
_AGAIN = Text("从系统里重新导出一份，或让发给你的人再发一次。", "Export it again, or ask the sender for a new copy.")

_REFUSALS: dict[str, tuple[Text, Text]] = {
    "table.empty": (
        Text("{name} 是空的，里面没有一格内容。", "{name} is empty."),
        Text(
            "看看是不是拖错了文件，或导出时没选到数据。",
            "Check that it is the right file and that the export had rows.",
        ),
    ),
    "table.not_a_table": (
        Text("{name} 不是表格，内容是{what}。", "{name} is not a table but {what}."),
        Text(
            "请拖 .xlsx、.xls 或 .csv；如果数据在里面，先复制到 Excel 里。",
            "Drop an .xlsx, .xls or .csv; if the data is inside, copy it to Excel first.",
        ),
    ),
    "table.disguised": (
        Text("{name} 的后缀像 Excel，内容其实是{what}。", "{name} looks like Excel by name but is {what}."),
        _SAVE_AS,
    ),
    "table.archive": (
        Text("{name} 是一个压缩包。", "{name} is an archive."),
        Text("先解压，再把里面的表格拖进来。", "Unpack it and drop the table inside."),
    ),
    "table.half_written": (
        Text("{name} 没写完或传到一半断了{where}。", "{name} is cut off or half-written{where}."),
        _AGAIN,
    ),
    "table.damaged": (Text("{name} 坏了，打不开。", "{name} is damaged and cannot be opened."), _AGAIN),
    "table.password": (
        Text(
            "{name} 有打开密码，我们读不了，也不会问你要密码。",
            "{name} is protected by a password; we do not ask for it.",
        ),
        Text(
            "在 Excel 里“文件 › 信息 › 保护工作簿”去掉密码，另存一份再拖进来。",
            "Remove the password in Excel (File › Info › Protect Workbook), save a copy and drop that.",
        ),
    ),
    "table.bomb": (
        Text(
            "{name} 解开后大得不正常（{size}），为安全起见没有读。",
            "{name} would unpack to {size}; it was not read, to be safe.",
        ),
        Text(
            "如果确实是你的数据，删掉多余的空行和格式，另存一份再试。",
            "If it is your data, remove empty formatted rows, save a copy and try again.",
        ),
    ),
    "table.too_big": (
        Text("{name} 太大：{found}，最多 {limit}。", "{name} is too big: {found}, at most {limit}."),
        Text("按月或按部门拆成几个文件，分几次拖进来。", "Split it by month or department and drop the parts."),
    ),
    "table.mixed_encodings": (
        Text(
            "{name} 里混着两种文字编码：第 {row} 行和前面的不一样。",
            "{name} mixes two text encodings: row {row} differs from the rows before.",
        ),
        Text(
            "多半是两个系统的导出拼在了一起。分开成两个文件，或在 Excel 里对好第 {row} 行再另存为 .xlsx。",
            "Two exports were probably joined. Split them, or repair row {row} in Excel and save as .xlsx.",
        ),
    ),
    "table.unknown_encoding": (
        Text(
            "{name} 第 {row} 行的文字读不出来（试了 {tried}）。",
            "Row {row} of {name} cannot be read as text (tried {tried}).",
        ),
        Text(
            "如果是繁体系统导出的，请手动选 Big5；否则用 Excel 另存为 .xlsx。",
            "Choose the encoding by hand (Big5, Windows-1252), or save it as .xlsx in Excel.",
        ),
    ),
    "table.wrong_gz": (
        Text("{name} 的后缀是 .gz，但内容不是 gzip 压缩。", "{name} ends in .gz but is not gzip."),
        Text("去掉 .gz 后缀再拖，或重新压缩一次。", "Remove the .gz ending, or compress it again."),
    ),
}

WHAT: dict[str, Text] = {
    "pdf": Text(" PDF 文档", "a PDF document"),
    "word": Text(" Word 文档", "a Word document"),
    "slides": Text("幻灯片", "a slide deck"),
    "html": Text("网页（HTML）", "a web page (HTML)"),
    "xml": Text(" XML 文件", "an XML file"),
    "json": Text(" JSON 数据", "JSON data"),
    "image": Text("图片", "an image"),
    "ods": Text(" ODS 表格", "an ODS spreadsheet"),
    "xlsb": Text(" XLSB 二进制表格", "an XLSB workbook"),
    "binary": Text("看不懂的二进制数据", "binary data"),
}

_NO_TABLES = tuple(WHAT[kind] for kind in ("pdf", "word", "slides", "json", "image"))  # Excel opens none as a table


def refusal(code: str, name: str, **values: Any) -> TableFileError:
    """The error for a refusal `code` of the file called `name`; `values` fill its sentence."""
    message, fix = _REFUSALS[code]
    if code == "table.disguised" and values.get("what") in _NO_TABLES:
        fix = _FROM_ITS_SOURCE
    values = {"name": name, "where": "", **values}
    return TableFileError(Problem(code, message.format(**values), fix.format(**values)))


def so_many(number: int, zh: str, one: str, many: str) -> Text:
    """How much of something a file has or may have: "5 行", "5 rows"."""
    return Text(f"{number:,} {zh}", counted(number, one, many))


def megabytes(size: int) -> str:
    """A size in bytes for people: "384 MB"."""
    return f"{size / 2**20:,.0f} MB" if size >= 2**20 else f"{size / 1024:,.0f} KB"
