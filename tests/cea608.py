# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-FileCopyrightText: 2026 the gst-plugins-openai authors
"""What a television shows of CEA-608: the first channel of a field, one pair of bytes
a frame."""

COLUMNS, ROWS = 32, 15
DISPLACED = {0x27: "’", 0x2a: "á", 0x5c: "é", 0x5e: "í", 0x5f: "ó", 0x60: "ú", 0x7b: "ç",
             0x7c: "÷", 0x7d: "Ñ", 0x7e: "ñ", 0x7f: "█"}
SPECIAL = "®°½¿™¢£♪à\N{NO-BREAK SPACE}èâêîôû"
# Each takes the place of the character before it.
EXTENDED = {0x12: "ÁÉÓÚÜü‘¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»", 0x13: "ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤│ÅåØø┌┐└┘"}
# The upper one of the two rows that a preamble's first byte is for.
PREAMBLES = {0x10: 11, 0x11: 1, 0x12: 3, 0x13: 12, 0x14: 14, 0x15: 5, 0x16: 7, 0x17: 9}


def without_parity(byte):
    assert bin(byte).count("1") % 2 == 1, f"0x{byte:02x} has even parity"
    return byte & 0x7f


class Screen:
    def __init__(self):
        self.shown, self.hidden = {}, {}
        self.pop_on, self.depth = True, 0
        self.row, self.column = ROWS, 0
        self.last, self.ours = None, True
        self.rolled = []

    def line(self, row):
        return "".join(self.shown.get(row, {}).get(column, " ") for column in range(COLUMNS)).strip()

    def text(self):
        """The rows that have something on them, from the top."""
        return tuple(filter(None, map(self.line, sorted(self.shown))))

    def write(self, character):
        memory = self.hidden if self.pop_on else self.shown
        memory.setdefault(self.row, {})[self.column] = character
        self.column = min(self.column + 1, COLUMNS - 1)

    def roll_up(self, depth):
        if self.pop_on or self.depth != depth:
            self.shown, self.row, self.column = {}, ROWS, 0
        self.pop_on, self.depth = False, depth

    def carriage_return(self):
        self.rolled.append(self.line(self.row))
        top = self.row - self.depth + 1
        self.shown = {row - 1: text for row, text in self.shown.items() if top < row <= self.row}
        self.column = 0

    def move(self, row, column):
        """To where a preamble tells; what rolls up goes along."""
        if not self.pop_on and self.depth:
            self.shown = {at + row - self.row: text for at, text in self.shown.items()}
        self.row, self.column = row, column

    def control(self, code):
        if code == 0x20:
            self.pop_on = True
        elif code == 0x21:
            self.column = max(self.column - 1, 0)
            (self.hidden if self.pop_on else self.shown).get(self.row, {}).pop(self.column, None)
        elif 0x25 <= code <= 0x27:
            self.roll_up(code - 0x23)
        elif code == 0x29:
            self.pop_on, self.depth = False, 0
        elif code == 0x2c:
            self.shown = {}
        elif code == 0x2d and self.depth:
            self.carriage_return()
        elif code == 0x2e:
            self.hidden = {}
        elif code == 0x2f:
            self.shown, self.hidden, self.pop_on = self.hidden, self.shown, True

    def two_bytes(self, first, second):
        if second >= 0x40:
            row = PREAMBLES[first] + (1 if second & 0x20 and first != 0x10 else 0)
            self.move(row, (second & 0x0e) * 2 if second & 0x10 else 0)
        elif first == 0x14:
            self.control(second)
        elif first == 0x17 and 0x21 <= second <= 0x23:
            self.column = min(self.column + second - 0x20, COLUMNS - 1)
        elif first == 0x11:
            self.write(SPECIAL[second - 0x30] if second >= 0x30 else " ")
        elif first in EXTENDED:
            self.control(0x21)
            self.write(EXTENDED[first][second - 0x20])

    def take(self, pair):
        first, second = map(without_parity, pair)
        if 0x10 <= first <= 0x1f:
            self.ours = first < 0x18
            again = self.last == (first, second)
            self.last = None if again else (first, second)
            if self.ours and not again:
                self.two_bytes(first, second)
            return
        # Nothing between the two of a code that is sent twice.
        self.last = None if first or second else self.last
        for byte in (first, second):
            if byte >= 0x20 and self.ours:
                self.write(DISPLACED.get(byte, chr(byte)))


def shown(pairs):
    """Pairs of a frame and the rows that are on the screen from then on, where they change."""
    screen, changes = Screen(), [(0, ())]
    for frame in range(len(pairs) // 2):
        screen.take(pairs[2 * frame:2 * frame + 2])
        if screen.text() != changes[-1][1]:
            changes.append((frame, screen.text()))
    return changes[1:]


def rolled_up(pairs):
    """All rows that were written in a mode that rolls up."""
    screen = Screen()
    for at in range(0, len(pairs) // 2 * 2, 2):
        screen.take(pairs[at:at + 2])
    return [*screen.rolled, screen.line(screen.row)]
