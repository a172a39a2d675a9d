"""What makes the worker's page a thing on a phone's home screen: manifest, icons, and the service worker at the root of the site.

The worker may keep only files that never change under their address, so modules that import each other are also served below ``/s/<version>/``.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256

from flask import Blueprint, Response, jsonify, url_for
from flask_babel import gettext as _

from gridops.errors import NotFound
from gridops.web import icons
from gridops.web.frame import STATIC, asset

blueprint = Blueprint("installable", __name__)
STYLES = ("css/tokens.css", "css/page.css", "css/parts.css", "css/staff.css", "css/today.css", "css/print.css")
SCRIPTS = ("js/form.js",)
LIBRARY = "vendor/idb/index.js"
ENTRY = "js/today/page.js"
FOREVER = "public, max-age=31536000, immutable"
GREEN, PAPER = "#0b5a4e", "#f3f6f3"


@cache
def modules() -> tuple[str, ...]:
    own = sorted(path.relative_to(STATIC).as_posix() for path in (STATIC / "js/today").glob("*.js"))
    return (*own, "js/draft.js", "js/film.js", "js/smaller.js", LIBRARY)


@cache
def version() -> str:
    """Of everything that is kept on the phone: another version is another worker."""
    files = (*STYLES, *SCRIPTS, *modules(), "icon.svg")
    return sha256(b"".join((STATIC / name).read_bytes() for name in files if (STATIC / name).is_file())).hexdigest()[:12]


def root() -> str:
    return f"/s/{version()}/"


def shell() -> list[str]:
    """Addresses without anybody's data."""
    return [
        "/today/offline", "/icons/192.png", *(asset(name) for name in (*STYLES, *SCRIPTS, "icon.svg")), *(root() + name for name in modules())]


@blueprint.get("/s/<wanted>/<path:name>")
def kept(wanted: str, name: str) -> Response:
    if wanted != version() or name not in modules():
        raise NotFound()
    return Response((STATIC / name).read_bytes(), mimetype="text/javascript", headers={"Cache-Control": FOREVER})


@blueprint.get("/sw.js")
def service_worker() -> Response:
    """Small, and another one whenever anything that it keeps has changed: browsers compare it byte by byte."""
    facts = json.dumps({"version": version(), "shell": shell()})
    source = f'import {{ serve }} from "{root()}js/today/worker.js";\nserve({facts});\n'
    return Response(source, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    response = jsonify({
        "id": "/today", "name": _("My cells today"), "short_name": _("My cells"), "start_url": url_for("today.show"), "scope": "/",
        "display": "standalone", "orientation": "portrait", "theme_color": GREEN, "background_color": PAPER,
        "icons": [*(_icon(size, "any") for size in (192, 512)), _icon(512, "maskable")],
        "shortcuts": [{"name": _("Patrol report"), "url": "/today#patrol", "icons": [_icon(192, "any")]}]})
    response.mimetype = "application/manifest+json"
    return response


def _icon(size: int, purpose: str) -> dict[str, str]:
    name = f"{size}-{purpose}" if purpose != "any" else str(size)
    return {"src": f"/icons/{name}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@blueprint.get("/icons/<name>.png")
def icon(name: str) -> Response:
    if name not in icons.SIZES:
        raise NotFound()
    return Response(icons.png(name), mimetype="image/png", headers={"Cache-Control": "public, max-age=604800"})
