"""What an action, its fields and its choices are called on the forms of staff."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from gridops.web.words import OUTCOMES

ACTIONS = {
    "answer": _l("Answer and close"), "file": _l("File"), "recategorise": _l("File under another category"), "reject": _l("Reject"),
    "refer": _l("Refer to another authority"), "reinstate": _l("Take up again"), "self_handle": _l("Handled on the spot"),
    "dispatch": _l("Dispatch"), "sign": _l("Sign for it"), "object": _l("Object to the dispatch"), "uphold": _l("Uphold the objection"),
    "overrule": _l("Overrule the objection"), "recall": _l("Take the dispatch back"), "contact": _l("Record a contact"),
    "submit_result": _l("Submit the result"), "pass_check": _l("Check passed: close"), "fail_check": _l("Check failed: rework"),
    "rate": _l("Rate"), "record_callback": _l("Record a callback"), "reopen": _l("Reopen"), "archive": _l("Archive"),
    "comment": _l("Comment"), "submit": _l("Report taken"), "open_contact": _l("Contact opened"), "supplement": _l("Resident added something"),
    "follow": _l("Somebody else has the same matter"),
    "record_upstream": _l("Word with the city's platform"), "decide_upstream": _l("Decision on an order of the city"),
    "request_transfer": _l("Ask for a transfer"), "request_extension": _l("Ask for more time"), "approve_extension": _l("Approve the extension"),
    "refuse_extension": _l("Refuse the extension"), "request_suspension": _l("Ask for a suspension"),
    "approve_suspension": _l("Approve the suspension"), "refuse_suspension": _l("Refuse the suspension"), "resume": _l("Resume work"),
    "answer_support": _l("Answer as support"), "refuse_support": _l("Refuse the support"), "waive_support": _l("Go on without a support"),
    "return_support": _l("Insist on a support"), "supervise": _l("Order to answer"), "answer_supervision": _l("Answer the leader's order"),
    "accept_supervision": _l("Accept the answer"), "return_supervision": _l("Send the answer back"),
    "send_verify": _l("Send somebody to look"), "report_verification": _l("Say what was found"), "cancel_verify": _l("Call the look off"),
    "merge": _l("Merge into another ticket"), "unmerge": _l("Take out of the merge"), "take_in": _l("Another ticket merged into this one"),
    "observe": _l("Record a look or a call"), "request_void": _l("Ask to void"), "approve_void": _l("Void"), "refuse_void": _l("Do not void"),
    "let_go": _l("A merged ticket was taken out again"),
    "page": _l("Called"), "acknowledge": _l("Acknowledged"), "call_paged": _l("Phoned"), "log_entry": _l("Log"),
    "finish_review": _l("Review finished"), "call_meeting": _l("Whistle or meeting called"), "answer_meeting": _l("Answer to the call"),
    "arrive": _l("Arrived"), "hold_meeting": _l("Result of the meeting"),
    "make_link": _l("Link made"), "revoke_link": _l("Link ended"),
    "withdraw": _l("Withdrawn"), "regrid": _l("Moved to another cell by a new grid"),
    "recount_clocks": _l("Dues worked out anew"), "appeal_overdue": _l("Appeal against an overdue"), "review_appeal": _l("Appeal looked at"),
    "decide_appeal": _l("Appeal decided"),
}
EXPLAINED = {
    "answer": _l("For questions, suggestions, praise and whatever is settled at once. The resident reads the text."),
    "file": _l("The category decides the time limit and, by the duty rules, who gets it."),
    "reject": _l("The resident reads the text, not the reason code. It can be taken up again within 30 days."),
    "refer": _l("The resident reads the text, not the reason code. It can be taken up again within 30 days."),
    "dispatch": _l("What is left empty follows from the duty rules."),
    "sign": _l("The clocks run since the dispatch; signing says that somebody is on it."),
    "object": _l("Once per round. The coordinator rules on it; the clock for handling runs on."),
    "request_transfer": _l("After a visit, with what you saw there. Once per round, together with the objection; after two bounces the dispatch stands."),
    "request_extension": _l("Adds the original limit once more, at most twice. Ask before the time is over: red waits until it is decided."),
    "approve_extension": _l("The original limit stays on record. Where the promise to residents moves, they read the reason."),
    "refuse_extension": _l("The old due stands."),
    "request_suspension": _l("At most a year in all; beyond 90 days a leader decides. Residents read reason and next step."),
    "approve_suspension": _l("All clocks of the round stand still until the date. Residents read reason and next step."),
    "resume": _l("Clocks go on with what was left, at least one working day."),
    "answer_support": _l("Ends your part and its clock."),
    "refuse_support": _l("Goes to the coordinator, who does without you or insists. Only once."),
    "waive_support": _l("The result can then be submitted without it."),
    "return_support": _l("It goes on with the time it had left and may not refuse again."),
    "supervise": _l("The addressee must answer by the date; you accept the answer or send it back."),
    "send_verify": _l("Left empty: who walks there. Your time for filing stands still meanwhile."),
    "report_verification": _l("Goes back to the clerk with what you saw."),
    "merge": _l("Same matter, same place. Residents of both see the steps of the ticket that stays; it can be undone."),
    "unmerge": _l("It goes on where it was, with the time it had left."),
    "observe": _l("Parking and noise vanish: look twice. Who is hard to reach is called three times."),
    "request_void": _l("For what should never have been a ticket. A second person decides."),
    "approve_void": _l("Ends the ticket. What you write here is what the residents read."),
    "uphold": _l("Another organisation will be chosen."), "overrule": _l("The lead stays, with its original due."),
    "submit_result": _l("Residents read this text as the answer."),
    "pass_check": _l("Never by whoever handled it."), "fail_check": _l("Goes back with what time was left, at least four working hours."),
    "record_callback": _l("What the resident said on the phone. “Not solved” reopens where that is still allowed."),
    "recategorise": _l("The promise to the resident does not move."),
    "self_handle": _l("Photos from before and after are needed; somebody else looks at it later."),
}
FIELDS = {
    "text": _l("Text"), "note": _l("Internal note"), "photos": _l("Photos"), "before": _l("Photos from before"), "outcome": _l("Outcome"),
    "category": _l("Category"), "condition_no": _l("Filing condition"), "cell": _l("Cell"), "reason": _l("Reason"),
    "reason_code": _l("Reason"), "refer_to": _l("Referred to"), "lead": _l("Lead"), "coordinate": _l("Coordinator"),
    "support": _l("Support"), "suggest": _l("Who should have it instead"), "solved": _l("Is it solved?"),
    "satisfaction": _l("How satisfied?"), "called": _l("Did the organisation call?"), "report": _l("Which report"),
    "public": _l("Residents may read this"), "call_record": _l("Whom did you phone, and when?"),
    "until": _l("Until"), "next_step": _l("What follows then"), "level": _l("Level of the order"), "addressee": _l("To whom"), "due_by": _l("Due"),
    "supervision": _l("Which order"), "worker": _l("Staff number"), "finding": _l("Found"), "into": _l("Number of the ticket that stays"),
    "call": _l("By phone: reached?"),
    "on_behalf_of": _l("On behalf of"), "expected_version": _l("Version"), "department": _l("Organisation"), "duty": _l("What it is to do"),
}
FIELDS_OF = {
    ("answer", "text"): _l("Answer to the resident"), ("reject", "text"): _l("What the resident reads"),
    ("refer", "text"): _l("What the resident reads"), ("submit_result", "text"): _l("What was done"),
    ("self_handle", "text"): _l("What was done"), ("self_handle", "photos"): _l("Photos from after"),
    ("object", "text"): _l("Why it is not yours"), ("contact", "text"): _l("What was said"), ("contact", "outcome"): _l("Reached?"),
    ("pass_check", "text"): _l("What you saw"), ("fail_check", "text"): _l("What is missing"),
    ("record_callback", "text"): _l("In the resident's words"),
    ("reopen", "text"): _l("Why"), ("recall", "text"): _l("Why"), ("uphold", "text"): _l("Ruling"), ("overrule", "text"): _l("Ruling"),
    ("reinstate", "text"): _l("Why"), ("request_transfer", "text"): _l("What you saw, and why it is not yours"),
    ("answer_support", "text"): _l("What you did"), ("refuse_support", "text"): _l("Reason"), ("waive_support", "text"): _l("Reason"),
    ("return_support", "text"): _l("Reason"), ("waive_support", "department"): _l("Which support"), ("return_support", "department"): _l("Which support"),
    ("supervise", "text"): _l("What you want to know or have done"), ("answer_supervision", "text"): _l("Answer"),
    ("return_supervision", "text"): _l("What is missing"), ("report_verification", "text"): _l("What you saw"),
    ("unmerge", "text"): _l("Why it is another matter"), ("observe", "text"): _l("What you saw or heard"),
}
HINTS = {
    "category": _l("Type a few characters and choose from the list."),
    "condition_no": _l("Left empty: the category's usual one."),
    "cell": _l("Only to correct it: type a name or code."),
    "lead": _l("Left empty: by the duty rules."), "coordinate": _l("Left empty: by the duty rules."),
    "call_record": _l("Name, number and time: “Mr Chen, duty phone, 02:14”."),
    "suggest": _l("If you know who is responsible."), "until": _l("Work goes on at the beginning of this day."),
    "next_step": _l("Residents read this: “work begins when the heating season is over”."),
    "photos": _l("JPEG, PNG or WEBP, at most nine."), "before": _l("JPEG, PNG or WEBP, at most nine."),
}
CHOICES = {
    "not_our_duty": _l("Not our duty"), "not_our_area": _l("Not our area"), "wrong_category": _l("Wrong category"),
    "not_enough_information": _l("Not enough information"), "already_handled": _l("Already handled"), "other": _l("Other"),
    "not_a_matter": _l("Not a matter to act on"), "no_fact": _l("No facts to go by"), "repeated": _l("Repeated, already answered"),
    "withdrawn_by_phone": _l("Withdrawn by phone"), "abusive": _l("Abusive"),
    "other_authority": _l("Another authority"), "other_street": _l("Another street"), "court": _l("Court or arbitration"),
    "police": _l("Police"), "hotline": _l("City hotline"),
    1: _l("1 ordinary"), 2: _l("2 important"), 3: _l("3 under the leader's own eye"),
    "true": _l("It is so"), "false": _l("It is not so"), "gone": _l("No longer there"),
    "reached": _l("Reached"), "no_answer": _l("No answer"), "wrong_number": _l("Wrong number"),
}
SATISFACTION = {
    5: _l("5 very satisfied"), 4: _l("4 satisfied"), 3: _l("3 so-so"), 2: _l("2 not satisfied"), 1: _l("1 not at all"),
}
# What a person is asked to do first stands first, whatever the table's order; what ends or undoes things comes last.
PRIMARY = ("report_verification", "sign", "answer_support", "answer_supervision", "submit_result", "pass_check", "dispatch", "file", "answer", "uphold", "overrule",
           "approve_extension", "refuse_extension", "approve_suspension", "refuse_suspension", "accept_supervision", "return_supervision",
           "waive_support", "return_support", "record_callback", "reopen")
LAST = ("merge", "unmerge", "reject", "refer", "recall", "reopen", "comment", "request_void")
DANGEROUS = frozenset({"approve_void", "reject", "recall", "fail_check"})


def action(name: str) -> str:
    return str(ACTIONS.get(name, name))


def explained(name: str) -> str:
    return str(EXPLAINED.get(name, ""))


def field(action_name: str, name: str) -> str:
    return str(FIELDS_OF.get((action_name, name)) or FIELDS.get(name, name))


def choice(value: str) -> str:
    return str(CHOICES.get(value) or OUTCOMES.get(value, value))


ELSEWHERE = ("record_upstream", "decide_upstream")  # with forms of their own beside the order


def in_order(actions: list[str]) -> list[str]:
    """Of the lifecycle table's order only what stands between: the likely next step first, endings and comments last."""
    def place(name: str) -> int:
        if name in LAST:
            return 100 + LAST.index(name)
        return PRIMARY.index(name) if name in PRIMARY else 50

    return sorted((name for name in actions if name not in ELSEWHERE), key=place)
