"""Every kind of page there is: who opens it and what they do there first. Looked at by axe and by `make shots`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.support import acts, firststeps, importing, merging_places, owners, reasons, texts, words
from tests.support.browser import Windows

KARI, TONE, SIRI, LARS = "kari@tinn.example", "tone@tinn.example", "siri@tinn.example", "lars@tinn.example"
TEMPLATE = "/processing-template/details/?id={template}"
TEXT, IMPORT, ACTIVITIES = "/texts/", "/imports/from/application/", "/imports/from/processing-activity/"
PER, SOL, FRIDA = "per@orden.example", "sol@orden.example", "frida@orden.example"


@dataclass(frozen=True)
class Kind:
    """A kind of page: who opens what, and what they do there first. Those marked `every` are seen in all four looks."""

    name: str
    who: str | None
    path: str
    does: Callable[[Page], None] | None = None
    every: bool = False
    status: int = 200
    works: bool = False  # whether a worker is beside the pages meanwhile


KINDS = (
    Kind("sign-in", None, "/sign-in/", every=True),
    Kind("start", KARI, "/", every=True),
    Kind("start of the project manager", PER, "/"),
    Kind("start of support", SOL, "/"),
    Kind("list", KARI, "/application/", every=True),
    Kind("list with a question to ask", KARI, "/application/?panel=filter&field=status&supplier.name.has=visma"),
    Kind("list with its columns", KARI, "/application/?panel=columns&columns=name,status,supplier,owner"),
    Kind("list that stands close", KARI, "/application/", acts.stand_close),
    Kind("list with its views in order", TONE, "/application/?criticality=1", acts.share_one),
    Kind("list with sums", KARI, "/application/?columns=name,status,licence_ore,operation_ore,user_count"),
    Kind("start with what is pinned", KARI, "/application/?panel=views", acts.pin_some, every=True),
    Kind("list with rows ticked", KARI, "/application/", acts.tick_five, every=True),
    Kind("bulk form", KARI, "/application/", acts.change_five, every=True),
    Kind("bulk look", KARI, "/application/", acts.look_at_five, every=True),
    Kind("changes of many rows", KARI, "/underway/"),
    Kind("bulk look at what refuses", KARI, "/application/", acts.look_at_what_refuses, every=True),
    Kind("list with a cell open", KARI, "/application/?columns=name,status,owner", acts.open_cell, every=True),
    Kind("list with a cell refused", KARI, "/application/?columns=name,status,licence_ore", acts.refuse_cell),
    Kind("list with a cell too late", KARI, "/application/?columns=name,status", acts.save_cell_too_late, every=True),
    Kind("list with the menu of a row", KARI, "/application/?search=webcruiter", acts.open_menu, every=True),
    Kind("menu of a row", KARI, "/application/menu/?id={used}&back=/application/?search=visma"),
    Kind("what stops without an application", KARI, "/retiring/application/{used}/", every=True),
    Kind("new application", KARI, "/new-application/?name=visma flyt", every=True),
    Kind("new application, nothing typed", KARI, "/new-application/"),
    Kind(
        "what an application usually belongs with",
        KARI,
        "/new-application/?name=visma flyt barnevern",
        acts.choose_first_card,
        every=True,
    ),
    Kind("who else has the same", KARI, "/neighbours/alike/template/{template}/", every=True),
    Kind("list of activities", KARI, "/processing-activity/"),
    Kind("list of agreements", KARI, "/agreement/"),
    Kind("form of an AI system", KARI, "/ai-system/new/"),
    Kind("list of AI systems", KARI, "/ai-system/"),
    Kind("list of suppliers", KARI, "/supplier/"),
    Kind("list of users", SOL, "/user-account/"),
    Kind("list across municipalities", PER, "/application/"),
    Kind("filtered list", KARI, "/application/?personal_data=yes"),
    Kind("import, its file", KARI, IMPORT),
    Kind("import, its file refused", KARI, IMPORT, importing.bring_in_a_picture, every=True),
    Kind("import, its columns", KARI, IMPORT, importing.bring_in, every=True),
    Kind("import, its rows", KARI, IMPORT, importing.look_at_rows, every=True),
    Kind("import, its rows that change", KARI, IMPORT, importing.look_at_what_changes, every=True),
    Kind("import, columns of activities", KARI, ACTIVITIES, importing.bring_in_activities),
    Kind("import, one value for all rows", KARI, ACTIVITIES, importing.give_all_rows_a_value, every=True),
    Kind("import, activities", KARI, ACTIVITIES, importing.look_at_activities),
    Kind("import that is looked at", KARI, IMPORT, importing.bring_in_many, every=True),
    Kind("import that waits", KARI, IMPORT, importing.ask_for_it),
    Kind("imports of one's own", KARI, IMPORT, importing.see_ones_own),
    Kind("search without hits", KARI, "/application/?search=qqqq"),
    Kind("folded out", SIRI, "/application/", acts.open_all),
    Kind(
        "list with what follows",
        KARI,
        "/application/?columns=name,product,supplier,nature,hosting,processing_agreement",
    ),
    Kind("details of an agreement, tied", KARI, "/agreement/details/?id={agreement}"),
    Kind("form with what follows", KARI, "/application/edit/?id={used}"),
    Kind("details of an application", KARI, "/application/details/?id={used}"),
    Kind("details of an activity", KARI, "/processing-activity/details/?id={processing_activity}", every=True),
    Kind("details of a risk assessment", SIRI, "/risk-assessment/details/?id={risk_assessment}"),
    Kind("comments", SIRI, "/processing-activity/details/?id={processing_activity}", acts.advise, every=True),
    Kind("form sent after the session ended", KARI, "/application/new/", acts.send_too_late, every=True),
    Kind("comments said otherwise", KARI, "/application/details/?id={used}", acts.amend, every=True),
    Kind("comment refused", KARI, "/application/details/?id={used}", acts.say_what_is_refused),
    Kind("owner asked, the link to send", KARI, "/application/", owners.ask),
    Kind("owner asked, on the row", KARI, "/application/", owners.ask_and_see_the_row),
    Kind("owner asked, led to the row", KARI, "/application/", owners.lead_to_the_row, every=True),
    Kind("owner asked, without an account", LARS, "/municipality/edit/?id={tinn}", owners.open_as_owner, every=True),
    Kind("owner asked, what is refused", LARS, "/municipality/edit/?id={tinn}", owners.answer_nothing, every=True),
    Kind("owner asked, answered", LARS, "/municipality/edit/?id={tinn}", owners.confirm),
    Kind("owner asked, a link that ended", None, "/confirm/?key=1-x", status=404),
    Kind("owners asked about several", KARI, "/application/", owners.look_at_some, every=True),
    Kind("owners asked, all of them", KARI, "/application/", owners.ask_and_see_all, every=True),
    Kind("attachments", KARI, "/processing-activity/details/?id={processing_activity}", acts.attach, every=True),
    Kind("news", KARI, "/processing-activity/details/?id={processing_activity}", acts.see_news),
    Kind("what one follows", KARI, "/processing-activity/details/?id={processing_activity}", acts.see_what_one_follows),
    Kind("many lists followed", KARI, "/processing-activity/details/?id={processing_activity}", acts.follow_many_lists),
    Kind(
        "start of who follows many lists",
        KARI,
        "/processing-activity/details/?id={processing_activity}",
        acts.follow_many_and_start,
    ),
    Kind(
        "attachment refused",
        KARI,
        "/attachments/processing_activity/{processing_activity}/file/",
        acts.attach_lying,
    ),
    Kind("details of a municipality", PER, "/municipality/details/?id={tinn}"),
    Kind("form of a new activity", KARI, "/processing-activity/new/"),
    Kind("form of an activity", KARI, "/processing-activity/edit/?id={processing_activity}", acts.open_all, every=True),
    Kind("form of what lacks", KARI, "/processing-template/?search=elevadministrasjon", acts.use_template, every=True),
    Kind(
        "template that has changed", KARI, "/processing-activity/?old=template", firststeps.see_what_is_new, every=True
    ),
    Kind("original that is followed", KARI, "/neighbours/?kind=activities", firststeps.see_the_original),
    Kind(
        "details with what is not relevant",
        KARI,
        "/application/edit/?id={unused}&only=lacking",
        reasons.say_so,
        every=True,
    ),
    Kind(
        "form with what is not relevant",
        KARI,
        "/application/edit/?id={unused}&only=lacking",
        reasons.say_so_again,
        every=True,
    ),
    Kind(
        "form with a reason refused",
        KARI,
        "/application/edit/?id={unused}&only=lacking",
        reasons.say_too_much,
        every=True,
    ),
    Kind("start with what waits to be approved", LARS, "/"),
    Kind("form of a new application", KARI, "/application/new/"),
    Kind("form of an agreement", KARI, "/agreement/edit/?id={agreement}"),
    Kind("form of a municipality", PER, "/municipality/edit/?id={tinn}"),
    Kind("form of a new user", SOL, "/user-account/new/"),
    Kind("form of a user", SOL, "/user-account/edit/?id={user}"),
    Kind("copy to choose", KARI, "/processing-activity/details/?id={processing_activity}", acts.ask_for_copy),
    Kind("merge to choose", KARI, "/application/merge/?id={used}", every=True),
    Kind("merge of two applications", KARI, "/application/merge/?id={used}&other={unused}", every=True),
    Kind("merged, and led there", KARI, "/application/merge/?id={used}&other={unused}", acts.merge_two),
    Kind("merged, its history", KARI, "/application/merge/?id={used}&other={unused}", acts.merge_and_see_history),
    Kind("copy of an activity", KARI, "/processing-activity/new/?copy={processing_activity}&rows=1&links=1"),
    Kind("form of what is made while filling in", KARI, "/application/new/", acts.make_an_agreement),
    Kind("form of a proposal", KARI, "/processing-activity/new/", acts.propose_a_recipient),
    Kind("form with a proposal", KARI, "/processing-activity/new/", acts.come_back_with_a_recipient, every=True),
    Kind("proposals to decide", PER, "/proposals/", every=True),
    Kind("proposal that was rejected", PER, "/proposals/", acts.reject_a_proposal, every=True),
    Kind("form one step at a time", KARI, "/processing-activity/new/", acts.go_by_steps, every=True),
    Kind("invitations", LARS, "/invitations/", acts.invite_and_look, every=True),
    Kind("invitation to send", LARS, "/invitations/", acts.invite),
    Kind("coming by invitation", LARS, "/invitations/", acts.come_by_invitation, every=True),
    Kind("access review", LARS, "/access-review/", owners.save_half_a_review, every=True),
    Kind("list where a municipality is chosen", SOL, "/membership/", acts.add_somewhere),
    Kind("card of a person", SOL, "/user-account/", acts.guess, every=True),
    Kind("start when somebody is kept out", LARS, "/user-account/", acts.guess_and_start),
    Kind("form of advice", SIRI, "/impact-assessment/edit/?id={impact_assessment}", every=True),
    Kind("form of new access", LARS, "/membership/new/"),
    Kind("form with errors", KARI, "/application/new/", acts.save_empty, every=True),
    Kind("saved", KARI, "/application/edit/?id={used}", acts.save),
    Kind("deletion", KARI, "/application/delete/?id={unused}"),
    Kind("deletion refused", KARI, "/application/delete/?id={used}"),
    Kind("deleted row", KARI, "/application/delete/?id={unused}", acts.delete),
    Kind("saved in a deleted row", KARI, "/application/edit/?id={unused}", acts.save_in_what_is_gone),
    Kind("conflict", KARI, "/application/edit/?id={used}", acts.save_too_late, every=True),
    Kind("history", KARI, "/processing-activity/history/?id={processing_activity}", every=True),
    Kind("changes", KARI, "/changes/", every=True),
    Kind("changes over all", PER, "/changes/"),
    Kind("deleted in all registers", KARI, "/application/delete/?id={unused}", acts.delete_and_look),
    Kind("event", KARI, "/application/edit/?id={used}", acts.see_the_event),
    Kind("undo", KARI, "/application/edit/?id={used}", acts.undo, every=True),
    Kind("undo refused", KARI, "/application/edit/?id={used}", acts.undo_what_changed_again),
    Kind("progress", KARI, "/progress/", every=True),
    Kind("progress of all", PER, "/progress/", every=True),
    Kind("reminder to send", PER, "/progress/", acts.remind),
    Kind("reports", TONE, "/reports/"),
    Kind("protocol", TONE, "/reports/behandlingsprotokoll/", every=True),
    Kind("protocol, refused", TONE, "/reports/behandlingsprotokoll/?status=nothing", status=400),
    Kind("protocol as a document", TONE, "/reports/behandlingsprotokoll/document/?unit=Barnehagene", every=True),
    Kind("report of applications", TONE, "/reports/applikasjoner/"),
    Kind("report of datasets", TONE, "/reports/datasett/"),
    Kind("report of agreements", TONE, "/reports/avtaler/"),
    Kind("report of completeness", TONE, "/reports/utfylling/"),
    Kind("reports, one with bars and links", TONE, "/reports/uten-databehandleravtale/"),
    Kind("report of retention", TONE, "/reports/lagring-og-sletting/"),
    Kind("report of costs", TONE, "/reports/kostnader/"),
    Kind("report as a matrix", TONE, "/reports/hvem-og-hva/?special=1"),
    Kind("report with a month refused", TONE, "/reports/avtalefrister/?months=61", status=400),
    Kind("report of a year", TONE, "/reports/arsrapport-personvern/"),
    Kind("narrow report as a document", TONE, "/reports/lagring-og-sletting/document/"),
    Kind("report of charges", FRIDA, "/reports/fakturagrunnlag/"),
    Kind("year", KARI, "/year/", every=True),
    Kind("year over all", PER, "/year/"),
    Kind("year without dates", KARI, "/year/?year=2099"),
    Kind("calendar address", KARI, "/year/", acts.make_an_address, every=True),
    Kind("year with an address", KARI, "/year/", acts.make_an_address_and_go_back),
    Kind("neighbours", KARI, "/neighbours/"),
    Kind("what neighbours share", KARI, "/neighbours/?kind=activities"),
    Kind("card of a neighbour", KARI, "/neighbours/{card}/"),
    Kind("help", KARI, "/help/"),
    Kind("first steps", KARI, "/first-steps/", every=True),
    Kind("first steps, units", KARI, "/first-steps/units/", firststeps.write_some_units),
    Kind("first steps, people refused", KARI, "/first-steps/people/", firststeps.write_what_is_refused, every=True),
    Kind("first steps, systems", KARI, "/first-steps/applications/", every=True),
    Kind("first steps, activities", KARI, "/first-steps/activities/", every=True),
    Kind("first steps, who answers", KARI, "/first-steps/answers/", every=True),
    Kind("mergers", PER, "/mergers/", every=True),
    Kind("merger, a part to add", PER, "/mergers/", merging_places.open_a_plan, every=True),
    Kind("merger, which rows", PER, "/mergers/", merging_places.choose_rows, every=True),
    Kind("merger, the same product", PER, "/mergers/", merging_places.see_twins, every=True),
    Kind("merger to look at", PER, "/mergers/", merging_places.look_over, every=True),
    Kind("merger that waits", PER, "/mergers/", merging_places.ask_for_it, every=True),
    Kind("merger carried over", PER, "/mergers/", merging_places.carry_over, every=True, works=True),
    Kind("merger refused", PER, "/mergers/", merging_places.plan_what_is_refused, every=True),
    Kind("details of what was carried over", PER, "/mergers/", merging_places.see_a_copy, works=True, every=True),
    Kind("keys", KARI, "/help/keys/"),
    Kind("texts", PER, "/texts/", every=True),
    Kind("texts of a register", PER, f"{TEXT}?of=application", every=True),
    Kind("texts without hits", PER, f"{TEXT}?q=qqqq"),
    Kind("text", PER, f"{TEXT}nb/help:application.name/"),
    Kind("text refused", PER, f"{TEXT}nb/rule:Q7a.remedy/", texts.save_nothing_at_all, every=True),
    Kind("text whose shipped one has changed", PER, f"{TEXT}?only=behind", texts.see_what_is_behind, every=True),
    Kind("template as it is shipped", PER, TEMPLATE, texts.see_what_is_shipped, every=True),
    Kind("texts that are changed", PER, f"{TEXT}?only=changed"),
    Kind("rules", KARI, "/help/rules/"),
    Kind("rules with a word opened", KARI, "/help/rules/", words.open_first, every=True),
    Kind("form with a word opened", KARI, "/processing-activity/new/", words.open_in_help, every=True),
    Kind("glossary", KARI, "/glossary/", every=True),
    Kind("glossary without hits", KARI, "/glossary/?q=qqqq"),
    Kind("introduction", KARI, "/introduction/1/", every=True),
    Kind("introduction, its last page", KARI, "/introduction/7/"),
    Kind("example", KARI, "/introduction/7/", words.look_at_example, every=True),
    Kind("example, an activity", PER, "/introduction/7/", words.look_at_an_activity_of_it),
    Kind("search in all", KARI, "/search/?q=visma", every=True),
    Kind("search while one types", KARI, "/", acts.type_in_the_box, every=True),
    Kind("search of the project manager", PER, "/search/?q=visma"),
    Kind("start of billing", FRIDA, "/"),
    Kind("not allowed", KARI, "/user-account/new/", every=True, status=403),
    Kind("not found", KARI, "/application/details/?id=999999", status=404),
)


def visit(windows: Windows, kind: Kind, **options: object) -> Page:
    """The page as it is looked at: opened by the one who opens it, and after what they do there."""
    page = windows.page(kind.who, **options)
    answer = page.goto(kind.path.format(**windows.site.ids()))
    assert answer is not None
    assert answer.status == kind.status
    if kind.does:
        with importing.working(windows.site) if kind.works else nullcontext():
            kind.does(page)
    return page
