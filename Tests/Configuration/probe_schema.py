#!/usr/bin/env python3
"""Probes of a JSON schema: `probe_schema.py SCHEMA` reads a JSON list of YAML examples from standard input, changes them place by place,
and prints what the schema says of each change, for the service's reader to say the same. Debian: python3-jsonschema, python3-yaml.

Prints { "examples": [verdict], "unseen": [key], "open": [place], "probes": [{ change, place, key, known, refused, document }] }:
a verdict is `ok` or what is wrong; unseen are keys that no example shows; open are mappings whose keys are names that the file gives.
Changes: `unknown` adds a key, `missing` takes one away, `shape` puts a text in the place of a mapping or list, or a mapping in the
place of a scalar; `text` puts a text that means nothing in the place of a scalar."""
import copy
import json
import re
import sys

import jsonschema
import yaml

UNKNOWN, NONSENSE = "no_such_key", "no such value"


class Core(yaml.SafeLoader):
    """YAML 1.2.2, 10.3: days are texts, only true and false are flags, as the service's reader has it."""

    yaml_implicit_resolvers = {}


for tag, pattern, first in [
    ("null", r"^(?:~|null)$", "~n"),
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
]:
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), list(first))
# 010 is ten, not eight.
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))


def flat(errors):
    for error in errors:
        yield error
        yield from flat(error.context)


def places(value, path=()):
    """Every place of a document with what stands there, the document itself first."""
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, path + (key,))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, path + (index,))


def mappings(schema):
    """Every mapping of the schema that names its keys."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            yield schema
        for item in schema.values():
            yield from mappings(item)
    elif isinstance(schema, list):
        for item in schema:
            yield from mappings(item)


def changed(document, path, change):
    document = copy.deepcopy(document)
    if not path:
        return change(document)
    holder = document
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = change(holder[path[-1]])
    return document


def without(mapping, key):
    return {name: value for name, value in mapping.items() if name != key}


class Prober:
    def __init__(self, schema):
        self.schema = schema
        jsonschema.Draft202012Validator.check_schema(schema)
        self.validator = jsonschema.Draft202012Validator(schema)
        # A change within a section is judged by that section alone: the whole file many times over takes half a minute.
        section = {key: value for key, value in schema.items() if key not in ("required", "dependentRequired")}
        self.section = jsonschema.Draft202012Validator(section)
        self.probes, self.known, self.seen, self.open = [], set(), {}, set()

    def errors(self, document, path):
        if not path:
            return list(flat(self.validator.iter_errors(document)))
        return list(flat(self.section.iter_errors({path[0]: document[path[0]]})))

    def verdict(self, document):
        errors = sorted(self.validator.iter_errors(document), key=lambda error: list(map(str, error.path)))
        return "; ".join("/".join(map(str, e.path)) + ": " + e.message[:200].replace("\n", " ") for e in errors) or "ok"

    def add(self, change, place, key, document, refused, known=()):
        # Each change once where keys are the same, whatever the number in its list.
        mark = (change, place, key, tuple(known))
        if mark in self.known:
            return
        self.known.add(mark)
        text = json.dumps(document, ensure_ascii=False)
        self.probes.append(
            {"change": change, "place": place, "key": key, "known": sorted(known), "refused": refused, "document": text}
        )

    def probe(self, document):
        kinds = {}
        for path, value in places(document):
            place = "/".join("*" if isinstance(step, int) else step for step in path)
            if isinstance(value, dict):
                kinds[path] = self.keys(document, path, place, value)
            # A list's items may be mappings of several kinds: a place says which, by the keys of the mapping around it.
            around = next((kinds[path[:n]] for n in range(len(path) - 1, -1, -1) if path[:n] in kinds), ())
            self.shapes(document, path, place, value, around)

    def keys(self, document, path, place, mapping):
        more = changed(document, path, lambda mapping: {**mapping, UNKNOWN: NONSENSE})
        known = ()
        for error in self.errors(more, path):
            if error.validator == "additionalProperties" and tuple(error.absolute_path) == path:
                self.seen.setdefault(json.dumps(error.schema, sort_keys=True), set()).update(mapping)
                known = tuple(sorted(error.schema["properties"]))
        if not known:
            self.open.add(place)
            return known
        self.add("unknown", place, UNKNOWN, more, True, known)
        for key in mapping:
            if ("missing", place, key, known) not in self.known:
                less = changed(document, path, lambda mapping: without(mapping, key))
                self.add("missing", place, key, less, bool(self.errors(less, path)), known)
        return known

    def shapes(self, document, path, place, value, around):
        if ("shape", place, "", around) not in self.known:
            other = NONSENSE if isinstance(value, (dict, list)) else {}
            whole = changed(document, path, lambda _: other)
            self.add("shape", place, "", whole, bool(self.errors(whole, path)), around)
        if isinstance(value, (dict, list)) or ("text", place, "", around) in self.known:
            return
        whole = changed(document, path, lambda _: NONSENSE)
        self.add("text", place, "", whole, bool(self.errors(whole, path)), around)

    def unseen(self):
        for mapping in mappings(self.schema):
            seen = self.seen.get(json.dumps(mapping, sort_keys=True), set())
            yield from sorted(set(mapping["properties"]) - seen)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        prober = Prober(json.load(file))
    documents = [yaml.load(text, Core) for text in json.load(sys.stdin)]
    verdicts = [prober.verdict(document) for document in documents]
    for document in documents:
        prober.probe(document)
    answer = {"examples": verdicts, "unseen": list(prober.unseen()), "open": sorted(prober.open), "probes": prober.probes}
    json.dump(answer, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
