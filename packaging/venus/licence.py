#!/usr/bin/env python3
"""licence.py PACKAGE COPYRIGHT — what a Debian copyright file says, as SPDX: first line an expression, second line a comment,
then "LicenseID: ..." blocks for what SPDX has no name for. A licence of many files is told as "all of these" (AND).

Nothing is guessed: a short name that is not in SHORT, or an exception that is not in EXCEPTIONS, becomes a LicenseRef with
Debian's text of it. What lies in debian/ alone is how Debian packages it, and is in no library; its patches are.
"""
import re
import sys

# Debian's short names (and those of single packages, with the text read) for licences of SPDX's list.
SHORT = {name.lower(): spdx for spdx, names in {
    "MIT": "Expat MIT", "Zlib": "Zlib", "ISC": "ISC", "X11": "X11", "0BSD": "0BSD", "curl": "curl", "FSFULLR": "FSFULLR",
    "Apache-2.0": "Apache-2.0 Apache-2", "BSL-1.0": "BSL-1.0 BSL-1 Boost-1.0", "CC0-1.0": "CC0-1.0 CC0", "EPL-2.0": "EPL-2.0",
    "BSD-2-Clause": "BSD-2-Clause", "BSD-3-Clause": "BSD-3-Clause EDL-1.0", "BSD-4-Clause-UC": "BSD-4-Clause-UC",
    "OLDAP-2.8": "OLDAP-2.8", "Unlicense": "Unlicense", "Artistic-1.0-Perl": "Artistic",
    "GPL-1.0-or-later": "GPL-1+", "GPL-2.0-only": "GPL-2 GPL-2.0", "GPL-2.0-or-later": "GPL-2+ GPL-2.0+", "GPL-3.0-only": "GPL-3",
    "GPL-3.0-or-later": "GPL-3+ GPL-3.0+", "LGPL-2.0-only": "LGPL-2 LGPL-2.0", "LGPL-2.0-or-later": "LGPL-2+ LGPL-2.0+",
    "LGPL-2.1-only": "LGPL-2.1", "LGPL-2.1-or-later": "LGPL-2.1+", "LGPL-3.0-or-later": "LGPL-3+ LGPL-3.0+",
    "GFDL-1.3-or-later": "GFDL-1.3+",
}.items() for name in names.split()}
EXCEPTIONS = {"linux-syscall-note exception": "Linux-syscall-note", "libtool exception": "Libtool-exception"}

# Files that no machine can read, read by hand. First words of the copyright file that say so, beside each.
BY_HAND = {
    # "The GNU C Library is free software; ... GNU Lesser General Public License ... version 2.1 ..., or (at your option) any
    # later version"; parts have notices of their own, all quoted there.
    r"the GNU C Library version": "LGPL-2.1-or-later",
    # "Files that have exception clauses are licensed under the terms of the GNU General Public License, version 3 ... GCC
    # Runtime Library Exception": libstdc++, libgcc and what of these is compiled in.
    r"prepackaged version of the GNU compiler\s+collection": "GPL-3.0-or-later WITH GCC-exception-3.1",
}


def paragraphs(text):
    """Fields of each paragraph; a field's value keeps its lines."""
    for block in re.split(r"\n[ \t]*\n", text):
        fields, name = {}, None
        for line in block.splitlines():
            found = re.match(r"([A-Za-z-]+):\s*(.*)", line)
            if found:
                name = found.group(1).lower()
                fields[name] = found.group(2)
            elif name:
                fields[name] += "\n" + line
        yield fields


class Reader:
    def __init__(self, package, text):
        self.package, self.refs = package, {}
        self.blocks = list(paragraphs(text))
        # Texts by the whole first line of their field, the shortest way to quote "GPL-2+ with ... exception", and by name.
        self.texts = {}
        for fields in self.blocks:
            first, _, rest = fields.get("license", "").partition("\n")
            if rest.strip():
                self.texts.setdefault(first.strip().lower(), re.sub(r"(?m)^ \.?", "", rest).strip())

    def reference(self, name):
        ref = "LicenseRef-" + re.sub(r"[^A-Za-z0-9.-]+", "-", f"{self.package}-{name}".replace("+ ", "-or-later "))
        text = self.texts.get(name.lower()) or self.texts.get(name.lower().split(" with ")[0])
        self.refs[ref] = (name, text or f"{name}: the text is not in the copyright file by that name")
        return ref

    def single(self, name):
        name = re.sub(r"\s+", " ", name.strip())
        plain, _, exception = name.partition(" with ")
        known = SHORT.get(plain.lower())
        if known and not exception:
            return known
        if known and exception.lower() in EXCEPTIONS:
            return f"{known} WITH {EXCEPTIONS[exception.lower()]}"
        return self.reference(name)

    def expression(self, synopsis):
        """The parts that all hold. DEP-5: `and` binds more than `or`; a comma before `and` makes it bind less."""
        for clause in re.split(r",\s+and\s+", synopsis):
            choices = [re.split(r"\s+and\s+", choice) for choice in re.split(r",?\s+or\s+", clause)]
            if len(choices) == 1:
                yield from (self.single(name) for name in choices[0])
            else:
                yield "(" + " OR ".join(" AND ".join(self.single(name) for name in names) for names in choices) + ")"

    def all(self):
        found = []
        for fields in self.blocks:
            patterns = fields.get("files", "").split()
            packaging = patterns and all(p.startswith("debian/") and not p.startswith("debian/patches") for p in patterns)
            synopsis = fields.get("license", "").partition("\n")[0].strip()
            if patterns and not packaging and synopsis and synopsis not in found:
                found.append(synopsis)
        # The first is of most files; the others follow as they come, each once.
        return " AND ".join(dict.fromkeys(part for synopsis in found for part in self.expression(synopsis)))


def main():
    package, path = sys.argv[1:]
    text = open(path, encoding="utf-8", errors="replace").read()
    if re.match(r"Format:.*(copyright-format|dep5)", text, re.I):
        reader = Reader(package, text)
        print(reader.all() or "NOASSERTION")
        print("from Debian's machine-readable copyright file, files of debian/ left out")
        for ref, (name, quoted) in sorted(reader.refs.items()):
            quoted = quoted.replace("</text>", "</ text>")
            print(f"\nLicenseID: {ref}\nExtractedText: <text>{quoted}</text>\nLicenseName: {name}")
        return
    for words, expression in BY_HAND.items():
        if re.search(words, text[:400]):
            print(expression)
            print("read by hand: what the library as a whole is under; parts of it are under others, which the text quotes")
            return
    print("NOASSERTION\nno machine can read Debian's copyright file")


main()
