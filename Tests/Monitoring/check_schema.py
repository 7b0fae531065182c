#!/usr/bin/env python3
"""Holds YAML documents against a JSON schema: `check_schema.py SCHEMA` reads documents from standard input, parted by lines of `---`,
and prints a line for each: `ok`, or where it is wrong and how. Debian: python3-jsonschema, python3-yaml."""
import json
import sys

import jsonschema
import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for text in sys.stdin.read().split("\n---\n"):
    errors = sorted(validator.iter_errors(yaml.safe_load(text)), key=lambda error: list(map(str, error.path)))
    print("; ".join("/".join(map(str, e.path)) + ": " + e.message[:200].replace("\n", " ") for e in errors) or "ok")
