"""A list of log-ins brought in by page. The page that has written it shows the passwords, once."""

from __future__ import annotations

from typing import Any

from flask import Response, g

from gridops.api.people import takes_list
from gridops.api.requests import Call, reading
from gridops.domain import terms
from gridops.services.exports import writers
from gridops.services.imports.accounts import COLUMNS, IN_CHINESE, MOST_ROWS, AccountImport, AccountsReport
from gridops.services.imports.readers import read
from gridops.services.kept_files import Importing, Sent
from gridops.services.log_ins import bounds
from gridops.web import file_import
from gridops.web.gate import staff_blueprint

blueprint = staff_blueprint("account_import", __name__)


@blueprint.get("/accounts/import")
@reading(*bounds.KEEPERS)
def show(call: Call) -> str:
    return file_import.page(call, KIND, {})


@blueprint.get("/accounts/template.xlsx")
@reading(*bounds.KEEPERS)
def template(call: Call) -> Response:
    """The columns with nothing below them."""
    columns = list(COLUMNS) if call.locale == "en" else terms.present().headings([IN_CHINESE[name] for name in COLUMNS])
    response = Response(writers.write_xlsx(columns, []), mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response.headers["Content-Disposition"] = 'attachment; filename="accounts.xlsx"'
    return response


@blueprint.post("/accounts/import")
@takes_list
def send() -> str | tuple[str, int]:
    return file_import.answer(KIND)


def _importing(call: Call) -> Importing:
    def importing(sent: Sent) -> AccountsReport:
        work = AccountImport(call.session, call.actor, call.now)
        report = work.run(read(sent.content, sent.name))
        g.made = work.made
        return report

    return importing


def _around(call: Call) -> dict[str, Any]:
    return {"columns": IN_CHINESE if call.locale == "zh" else {}, "made": g.get("made", []), "most": MOST_ROWS}


KIND = file_import.Kind("accounts", bounds.KEEPERS, "accounts/import.html", "accounts", dict, _importing, _around)
