"""Random lives of tickets on the small street: whoever may do something does it, time moves, and the sweep comes by."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from gridops.domain.actor import Actor
from gridops.errors import GridopsError
from gridops.models import Photo
from gridops.services import tickets
from gridops.services.intake import Receipt
from gridops.services.sweep import sweep
from tests.small_street import DOMESTIC, ILLEGAL_BUILDING, IN_EAST, IN_WEST, RUBBISH, SmallStreet

LEADS = ("SANITATION", "URBAN_OFFICE", "ENFORCEMENT")
SUPPORT = [{"department": "D-PROPERTY", "duty": "保持现场"}]
SELDOM = {
    "contact", "recall", "request_void", "answer_supervision", "return_supervision", "accept_supervision", "request_transfer",
    "self_handle", "send_verify",
}
HARDLY_EVER = {"withdraw", "approve_void", "supervise", "reinstate", "refer", "reject", "merge", "answer", "recategorise"}
OFTEN = {
    "submit_result", "pass_check", "fail_check", "rate", "record_callback", "approve_extension", "approve_suspension", "dispatch", "object",
    "uphold",
}
NEVER = {"record_upstream", "decide_upstream", "comment"}
WITH_PHOTOS = {"submit_result", "self_handle", "request_transfer", "pass_check", "observe"}
LOOKED_AT = 6  # people asked in each step: what all may do is slow to find out
STEPS = (0.01, 0.05, 0.3, 1, 4, 20)  # hours


class Lives:
    def __init__(self, session: Session, street: SmallStreet, now: datetime, seed: int):
        self.session, self.street, self.now, self.chance = session, street, now, Random(seed)
        self.receipts: list[Receipt] = []
        self.done: Counter[str] = Counter()

    def play(self, tickets_: int, acts: int) -> None:
        for _ in range(tickets_):
            self._report()
        for _ in range(acts):
            self._pass_time()
            self._act(self.chance.choice(self.receipts))

    def _report(self) -> None:
        contact = {"phone": f"1390000000{self.chance.randrange(3)}"} if self.chance.random() < 0.7 else None
        more = {"contact": contact} if contact else {}
        self.receipts.append(self.street.submit(
            self.session, self.now, location=self.chance.choice((IN_WEST, IN_EAST)),
            category=self.chance.choice((RUBBISH, ILLEGAL_BUILDING, DOMESTIC)), **more))

    def _pass_time(self) -> None:
        self.now += timedelta(hours=self.chance.choice(STEPS), seconds=1)
        self.session.flush()
        sweep(self.session, now=self.now)
        self.now += timedelta(seconds=1)

    def _act(self, receipt: Receipt) -> None:
        ticket = receipt.ticket
        self.session.refresh(ticket)
        chances = [(actor, action) for actor in self._people(receipt) for action in self._offered(ticket, actor)]
        if not chances:
            return
        weights = [self._weight(action) for _, action in chances]
        actor, action = self.chance.choices(chances, weights)[0]
        try:
            with self.session.begin_nested():
                tickets.perform(self.session, ticket.number, action, self._body(action, actor), actor=actor, now=self.now)
            self.done[action] += 1
        except GridopsError as refusal:
            self.session.expire_all()
            self.done[f"{action} {refusal.code}"] += 1

    def _weight(self, action: str) -> float:
        return 0.1 if action in SELDOM else 6.0 if action in OFTEN else 1.0

    def _people(self, receipt: Receipt) -> list[Actor]:
        return [*self.chance.sample(list(self.street.actors.values()), LOOKED_AT), self.street.reporter_of(receipt)]

    def _offered(self, ticket, actor: Actor) -> list[str]:
        return [action for action in tickets.allowed_actions(self.session, ticket, actor, now=self.now) if self._may_come(action)]

    def _may_come(self, action: str) -> bool:
        """Else nothing would be left to live."""
        return action not in NEVER and (action not in HARDLY_EVER or self.chance.random() < 0.03)

    def _body(self, action: str, actor: Actor) -> dict:
        body = BODIES.get(action, lambda lives: {"text": "说明"})(self)
        body |= {"photos": [self._photo(actor)]} if action in WITH_PHOTOS else {}
        return body | ({"before": [self._photo(actor)]} if action == "self_handle" else {})

    def _photo(self, actor: Actor) -> str:
        photo = Photo(
            mime="image/jpeg", width=1, height=1, sha256=b"1", content=b"1", thumbnail=b"1", uploaded_at=self.now, uploaded_by=actor.account_id)
        self.session.add(photo)
        self.session.flush()
        return str(photo.id)

    def until(self) -> str:
        return (self.now + timedelta(days=self.chance.randrange(1, 20))).date().isoformat()


def _dispatch(lives: Lives) -> dict:
    return {"lead": f"D-{lives.chance.choice(LEADS)}", "coordinate": "D-GRID_CENTER", "support": lives.chance.choice(([], [], SUPPORT))}


def _rate(lives: Lives) -> dict:
    return {"solved": lives.chance.random() < 0.5, "satisfaction": lives.chance.randrange(1, 6), "called": lives.chance.choice((True, False, None))}


def _contact(lives: Lives) -> dict:
    return {"outcome": lives.chance.choice(("reached", "no_answer", "wrong_number")), "text": "电话联系"}


BODIES = {
    "file": lambda lives: {"category": lives.chance.choice((RUBBISH, ILLEGAL_BUILDING)), "note": "立案"},
    "recategorise": lambda lives: {"category": ILLEGAL_BUILDING, "reason": "分类有误"},
    "self_handle": lambda lives: {"category": RUBBISH, "text": "已清理"},
    "reject": lambda lives: {"reason_code": "no_fact", "text": "不属实"},
    "refer": lambda lives: {"reason_code": "police", "text": "请报警"},
    "object": lambda lives: {"reason_code": "not_our_duty", "text": "非本单位职责"},
    "request_transfer": lambda lives: {"reason_code": "not_our_duty", "text": "经查非本单位职责"},
    "submit_result": lambda lives: {"outcome": "solved", "text": "已处理"},
    "report_verification": lambda lives: {"finding": lives.chance.choice(("true", "false", "gone")), "text": "现场"},
    "request_extension": lambda lives: {"reason": "需要更多时间"},
    "request_suspension": lambda lives: {"until": lives.until(), "reason": "等待施工", "next_step": "开工后处理"},
    "supervise": lambda lives: {"level": 1, "addressee": "lead", "due_by": lives.until(), "text": "请尽快"},
    "dispatch": _dispatch, "rate": _rate, "record_callback": _rate, "contact": _contact,
    "sign": lambda lives: {}, "reinstate": lambda lives: {}, "archive": lambda lives: {}, "resume": lambda lives: {},
    "send_verify": lambda lives: {}, "cancel_verify": lambda lives: {}, "withdraw": lambda lives: {"reason": "不需要了"},
    "request_void": lambda lives: {"reason": "误立案"},
    "merge": lambda lives: {"into": lives.chance.choice(lives.receipts).ticket.number}, "accept_supervision": lambda lives: {},
}
