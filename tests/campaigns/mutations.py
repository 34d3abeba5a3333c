"""Hostile changes of valid inputs, each a pure function of a random generator."""

import io
import random
from typing import Any

import polars as pl

NUMBERS = (
    "0", "-1", "-9", "1e308", "-1e308", "1e400", "nan", "inf", "-inf", "9" * 30, "9" * 5000,
    "0x10", "1_000", "1,5", "1.5", "12.0", "9007199254740993", "123456789012345678.0",
    "1.23457E+17", "2147483648", "99", "999", "true", "True", "١٢", "１２",
)  # fmt: skip
WORDS = (
    "", " ", "NA", "N/A", "#N/A", ".", "NULL", "None", "<NA>", "nan", "?", "-", "'", '"', "[", "]",
    "[bold]", "[/]", "{}", "\\", "\x00", "\x1b[31m", "\u202e", "\ufeff", "é", "凉山", "Jilin",
    "Suzhou", "nobody", "a" * 10_000, "🙂" * 500, "../..", "/", "\n", "\r\n", "a\tb", "=1+1",
    "baseline", "together", "female", "yes", "2010-01-01", "1979-13-45",
)  # fmt: skip
BITS = ("[" * 100_000, "{" * 1000, "a." * 3000 + "b = 1\n", "x = " + "[" * 500 + "]" * 500,
        '"""', "'''", "\n[[change]]\n", "\n[change]\n", "= =", "#", "\x00", "\ufeff")  # fmt: skip


def of_bytes(raw: bytes, dice: random.Random) -> bytes:
    """Flip, cut, double, insert or swap bytes."""
    out = bytearray(raw)
    for _ in range(dice.choice((1, 1, 1, 2, 5, 20))):
        at = dice.randrange(len(out) + 1)
        what = dice.randrange(7)
        if what == 0 and out:
            out[at % len(out)] ^= 1 << dice.randrange(8)
        elif what == 1:
            out = out[:at]
        elif what == 2:
            out[at:at] = bytes(dice.randrange(256) for _ in range(dice.randrange(1, 9)))
        elif what == 3:
            length = dice.randrange(1, 60)
            out[at:at] = out[at : at + length]
        elif what == 4:
            del out[at : at + dice.randrange(1, 60)]
        elif what == 5 and out:
            out[at % len(out)] = dice.randrange(256)
        else:
            out[at:at] = dice.choice((*WORDS, *NUMBERS)).encode("utf-8", "surrogatepass")
    return bytes(out)


def of_text(text: str, dice: random.Random) -> bytes:
    """Change a value, a word, a line or the encoding of a text file."""
    what = dice.randrange(10)
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    if what < 4 and "=" in lines[at]:
        name, _, _ = lines[at].partition("=")
        value = dice.choice((*NUMBERS, *(f'"{word}"' for word in WORDS), "[]", "{}", "[1, 'a']",
                             "{ 2000 = 1.0 }", "{ a = 1 }", "2000-01-01", "[[[[]]]]"))  # fmt: skip
        lines[at] = f"{name}= {value}"
    elif what == 4:
        lines.insert(at, dice.choice(BITS))
    elif what == 5:
        lines.insert(at, lines[dice.randrange(len(lines))])
    elif what == 6:
        del lines[at]
    elif what == 7:
        words = lines[at].split(" ")
        words[dice.randrange(len(words))] = dice.choice((*WORDS, *NUMBERS))
        lines[at] = " ".join(words)
    elif what == 8:
        coding = dice.choice(("utf-16", "utf-8-sig", "gbk", "utf-32", "utf-8"))
        return text.encode(coding, "replace")
    else:
        return of_bytes(text.encode(), dice)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def of_csv(table: pl.DataFrame, dice: random.Random) -> bytes:
    """Change cells, columns, rows or the form of a CSV file."""
    rows = [table.columns, *([str(v if v is not None else "") for v in r] for r in table.rows())]
    for _ in range(dice.choice((1, 1, 2, 4))):
        what, at = dice.randrange(10), dice.randrange(len(rows))
        row = rows[at] or [""]
        column = dice.randrange(len(row))
        if what < 4:
            row[column] = dice.choice((*NUMBERS, *WORDS))
        elif what == 4:  # a whole column
            value = dice.choice((*NUMBERS, *WORDS))
            for other in rows[1:]:
                if column < len(other):
                    other[column] = value
        elif what == 5:
            one, two = dice.randrange(len(row)), dice.randrange(len(row))
            for other in rows if dice.random() < 0.5 else [row]:
                if max(one, two) < len(other):
                    other[one], other[two] = other[two], other[one]
        elif what == 6:
            del row[column]
        elif what == 7:
            row.insert(column, dice.choice(("", "x")))
        elif what == 8:
            rows.insert(at, dice.choice(([], [""] * len(row), list(row))))
        else:
            del rows[at]
        if not rows:
            break
    separator = dice.choice((",", ",", ",", ",", ";", "\t"))
    text = dice.choice(("\n", "\n", "\r\n")).join(separator.join(row) for row in rows)
    raw = text.encode("utf-8", "surrogatepass")
    return of_bytes(raw, dice) if dice.random() < 0.25 else raw


def of_parquet(table: pl.DataFrame, dice: random.Random) -> bytes:
    """Change cells, types or bytes of a Parquet file."""
    if dice.random() < 0.3:
        return of_bytes(_parquet(table), dice)
    name = dice.choice(table.columns)
    column = table[name]
    what = dice.randrange(12)
    changed: Any = {
        0: lambda: column.cast(pl.String, strict=False),
        1: lambda: column.cast(pl.Float64, strict=False),
        2: lambda: column.cast(pl.Float32, strict=False),
        3: lambda: column.cast(pl.String).cast(pl.Binary),
        4: lambda: column.cast(pl.Int64, strict=False).cast(pl.Decimal(30, 3), strict=False),
        5: lambda: column.implode().repeat_by(table.height).explode().alias(name),
        6: lambda: column.cast(pl.String).cast(pl.Categorical),
        7: lambda: pl.Series(name, [{"a": 1}] * table.height),
        8: lambda: pl.Series(name, [None] * table.height),
        9: lambda: column.cast(pl.Int64, strict=False).cast(pl.Date, strict=False),
        10: lambda: pl.Series(name, [dice.choice((*NUMBERS, *WORDS))] * table.height),
        11: lambda: pl.Series(name, [dice.choice((True, False, None)) for _ in column]),
    }[what]
    try:
        out = table.with_columns(pl.Series(name, changed()))
    except (pl.exceptions.PolarsError, OverflowError):
        out = table.drop(name)
    if dice.random() < 0.1:
        out = out.rename({name: dice.choice((*WORDS, "age"))}, strict=False)
    if dice.random() < 0.1:
        out = out.sample(dice.randrange(out.height + 1), seed=dice.randrange(1000))
    return _parquet(out)


def of_word(word: str, dice: random.Random) -> str:
    """Change letters of a name or digits of a code, or add a kind, a province or marks."""
    what = dice.randrange(8)
    at = dice.randrange(len(word) + 1)
    letters = "abcxyz0123456789 .,()'-省市州区县盟\u0301\x00é"
    if what == 0:
        return word[:at] + dice.choice(letters) + word[at:]
    if what == 1:
        return word[:at] + word[at + 1 :]
    if what == 2:
        kinds = (" province", " city", " league", "市", "省", "州", " autonomous region", "县")
        return word + dice.choice(kinds)
    if what == 3:
        return f"{word} ({dice.choice(('Anhui', 'Jilin', 'Hainan', 'nowhere', word))})"
    if what == 4:
        return word.swapcase() * dice.choice((1, 1, 1, 2, 2000))
    if what == 5:
        return str(dice.randrange(10 ** dice.choice((1, 2, 4, 6, 6, 6, 9, 40))))
    if what == 6:
        return dice.choice((*WORDS, *NUMBERS))
    return "".join(chr(dice.randrange(1, 0x3000)) for _ in range(dice.randrange(1, 30)))


def _parquet(table: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    return buffer.getvalue()
