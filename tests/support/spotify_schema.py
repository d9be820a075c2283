"""Spotify's published schema, trimmed to the endpoints that are used: judges requests and answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

_FILE = Path(__file__).resolve().parents[1] / "fixtures" / "spotify-schema.json"


class SpotifySchema:
    def __init__(self) -> None:
        kept = json.loads(_FILE.read_text("utf-8"))
        self._schemas = kept["schemas"]
        self._paths: dict[str, Any] = kept["paths"]

    def problems_of_request(self, method: str, path: str, args: Mapping[str, str]) -> list[str]:
        operation = self._operation(path)
        if operation is None or method != "GET":
            return [f"{method} {path} is no request the schema knows"]
        parameters = {each["name"]: each for each in operation["parameters"] if each["in"] == "query"}
        found = [f"{path}: unknown parameter {name}" for name in args.keys() - parameters.keys()]
        for name, parameter in parameters.items():
            if name not in args:
                found += [f"{path}: {name} is missing"] if parameter["required"] else []
                continue
            value = _typed(args[name], parameter["schema"])
            found += [f"{path}: {name}: {each}" for each in self._problems(value, parameter["schema"])]
        return found

    def problems_of_answer(self, path: str, status: int, body: Any) -> list[str]:
        operation = self._operation(path)
        schema = operation["responses"].get(str(status)) if operation else None
        return [f"{path}: {each}" for each in self._problems(body, schema)] if schema else []

    def _operation(self, path: str) -> Any:
        for template, operation in self._paths.items():
            if re.fullmatch(template.replace("{id}", "[0-9A-Za-z]+"), path):
                return operation
        return None

    def _problems(self, value: Any, schema: Any) -> list[str]:
        validator = Draft202012Validator({"schemas": self._schemas, "allOf": [schema]})
        return [f"{each.json_path}: {each.message}" for each in validator.iter_errors(value)]


def _typed(value: str, schema: Mapping[str, Any]) -> Any:
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    return value.split(",") if schema.get("type") == "array" else value
